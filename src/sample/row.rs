//! One record as some system holds it, cell by cell.

/// The system a record comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The sales database, exported as CSV.
    Crm,
    /// The web shop, a SQLite database.
    Shop,
    /// The support desk, exported as JSON.
    Support,
}

impl Source {
    /// Name of the source in `truth.csv` and in pipeline files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Crm => "crm",
            Self::Shop => "shop",
            Self::Support => "support",
        }
    }
}

/// A moment: year, month, day, hour, minute, second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub [u64; 6]);

/// Moments between 2012 and 2025, on days 1 to 28.
pub(crate) const MOMENTS: u64 = 14 * 12 * 28 * 86_400;

impl Stamp {
    /// The moment this many seconds after the first.
    pub(crate) fn at(moment: u64) -> Self {
        let (day, second) = (moment / 86_400, moment % 86_400);
        let month = day / 28;
        Self([
            2012 + month / 12,
            1 + month % 12,
            1 + day % 28,
            second / 3600,
            second / 60 % 60,
            second % 60,
        ])
    }
}

/// An order in the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// When it was placed.
    pub placed: Stamp,
    /// Amount in hundredths of the currency.
    pub cents: u64,
    /// ISO 4217 code.
    pub currency: &'static str,
    /// `paid`, `shipped`, `refunded` or `cancelled`.
    pub status: &'static str,
}

/// A conversation with the support desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// When it began.
    pub opened: Stamp,
    /// `phone`, `email` or `chat`.
    pub channel: &'static str,
    /// What it was about.
    pub subject: &'static str,
    /// `open` or `closed`.
    pub status: &'static str,
}

/// One record, every value as its system holds it. Missing values are empty.
#[derive(Debug, Clone)]
pub struct Row {
    /// The system it comes from.
    pub source: Source,
    /// Its key there, unique over all sources.
    pub key: u64,
    /// Number of the customer it truly belongs to.
    pub entity: u64,
    /// True for a company as customer.
    pub organization: bool,
    /// Form of address: `Mr.`, `Frau`.
    pub salutation: &'static str,
    /// Given name with what else stands in that cell.
    pub first: String,
    /// Family name.
    pub last: String,
    /// True where the family name is written first, without a space between.
    pub family_first: bool,
    /// Company name.
    pub company: String,
    /// E-mail address.
    pub email: String,
    /// Another e-mail address.
    pub other_email: String,
    /// Landline.
    pub phone: String,
    /// Mobile number.
    pub mobile: String,
    /// Street without number.
    pub street: String,
    /// House number.
    pub number: String,
    /// True where the number stands before the street.
    pub number_first: bool,
    /// Flat or second line of the address.
    pub unit: String,
    /// Town.
    pub town: String,
    /// State, county, province.
    pub region: String,
    /// Postcode.
    pub postcode: String,
    /// Country as the source writes it.
    pub country: &'static str,
    /// Date of birth as the source writes it.
    pub birth: String,
    /// Consent to e-mail and to text messages, where asked.
    pub consent: [Option<bool>; 2],
    /// Free text; some of it runs over several lines.
    pub notes: &'static str,
    /// When the record was made.
    pub created: Stamp,
    /// When it was last changed.
    pub updated: Stamp,
    /// Orders, in the shop.
    pub orders: Vec<Order>,
    /// Conversations, at the support desk.
    pub tickets: Vec<Ticket>,
}
