//! Invented addresses of many countries with the parts they must fall into, and the laws of address normalizing.

use proptest::prelude::*;

use super::*;

/// Street lines: house, last house, street, unit, box, city, region, postcode, country, rest.
pub(super) const STREETS: &[(&str, &str)] = &[
    ("Schulpl. 5", "5||schul platz"),
    ("Schulpl.", "||schul platz"),
    ("ул. Республиканская, 60", "60||ulica respublikanskaya"),
    ("C/ Mayor 3, 2º Izq", "3||calle mayor|2 izq"),
    ("12 bis rue de la Paix", "12bis||rue de la paix"),
    ("Flat 2/1, 33 High St", "33||high street|2/1"),
    ("PO Box 12", "||||12"),
    ("P.O. Box 1234, Main St", "||main street||1234"),
    ("W.-Adenauer-Str. 47", "47||w adenauer strasse"),
    (
        "Konrad-Hahn-Straße 30, 2. OG",
        "30||konrad hahn strasse|floor 2",
    ),
    ("花园路90号", "90||huayuan road"),
    ("朝阳西路39号", "39||chaoyang w road"),
    ("P.za Dante Alighieri 83", "83||piazza dante alighieri"),
    ("L.go Garibaldi 3/A", "3a||largo garibaldi"),
    ("r. de la Fontaine", "||rue de la fontaine"),
    ("Hauptstr. 5 a", "5a||haupt strasse"),
    ("Hauptstraße 5-7", "5|7|haupt strasse"),
    ("Hauptstr. 12/3/4", "12||haupt strasse|3/4"),
    ("ul. Zielna 63/12", "63||ulica zielna|12"),
    ("ul. Zielna 63 m. 12", "63||ulica zielna|12"),
    ("UL ZIELNA 63 M 12", "63||ulica zielna|12"),
    ("3/45 Smith St", "45||smith street|3"),
    ("Unit 3, 45 Smith Street", "45||smith street|3"),
    (
        "ул. Ленина, д. 5, корп. 2, кв. 7",
        "5||ulica lenina|block 2 7",
    ),
    ("Via Roma 12 int. 3", "12||via roma|3"),
    (
        "Rua Augusta, 123, Bloco B, Apto 45",
        "123||rue augusta|block b 45",
    ),
    ("Av. Juárez 123 Int. 4", "123||avenue juarez|4"),
    ("Kerkstraat 12-III", "12||kerk strasse|3"),
    ("Storgatan 5 B lgh 1102", "5b||stor gatan|1102"),
    ("Vestergade 12, 2. tv", "12||vester gade|2 side"),
    ("Atatürk Cad. No:12 D:5", "12||ataturk cadde|5"),
    ("Kossuth u. 12. II/3", "12||kossuth utca|2/3"),
    (
        "Str. Mihai Eminescu nr. 12, bl. A, sc. 2, ap. 5",
        "12||strada mihai eminescu|block a stair 2 5",
    ),
    ("Václavské nám. 12", "12||vaclavske namesti"),
    (
        "Rose Cottage, 12 High Street",
        "12||high street|||||||rose cottage",
    ),
    ("The Old Rectory", "||the old rectory"),
    ("derrington crescnet", "||derrington crescent"),
    ("belfieldcrescent", "||belfield crescent"),
    ("123 Highway 61 North", "123||highway 61 n"),
    ("County Road 12", "||county road 12"),
    ("12 Main St N", "12||main street n"),
    (
        "St. Johns Wood High St 5",
        "5||saint johns wood high street",
    ),
    ("Calle 50 # 12-34", "12|34|calle|50"),
    ("Calle de Alcalá, nº 45, 3º B", "45||calle de alcala|3b"),
    (
        "Avda. de la Paz, 124, Esc. 2, 3º dcha",
        "124||avenue de la paz|stair 2 3 dcha",
    ),
    ("Piso 2, Calle Mayor 12", "12||calle mayor|floor 2"),
    (
        "10 Downing Street, Ground Floor",
        "10||downing street|floor 0",
    ),
    ("Straße des 17. Juni 135", "135||strasse des 17 juni"),
    ("Platz der Republik 1", "1||platz der republik"),
    ("12a High Street", "12a||high street"),
    ("12 A High Street", "12a||high street"),
    ("Broadway 5", "5||broadway"),
    ("1 Av. Foch", "1||avenue foch"),
    ("c/o Smith, 5 High St", "5||high street|||||||c o smith"),
    ("Mannerheimintie 12 A 5", "12a||mannerheimintie|5"),
    ("Karl Johans gate 5", "5||karl johans gate"),
    ("Dr.-Hans-Weg 4", "4||doctor hans weg"),
    ("Martin Luther King Dr", "||martin luther king drive"),
    (
        "Dr. Martin Luther King Blvd",
        "||doctor martin luther king boulevard",
    ),
    ("5510 West Shore Dr.", "5510||w shore drive"),
    ("Level 5, 100 George St", "100||george street|floor 5"),
    ("Ground Floor, 12 King's Rd", "12||kings road|floor 0"),
    ("Flat 12", "|||12"),
    ("12", "12"),
    ("12-14", "12|14"),
    ("Boîte 5, Rue Neuve 12", "12||rue neuve|5"),
    ("Rue Neuve 12 bte 5", "12||rue neuve|5"),
    ("Rue Neuve 12, boîte 5", "12||rue neuve|5"),
    ("Jalan Ampang 55", "55||jalan ampang"),
    ("123 Jln Tun Razak", "123||jalan tun razak"),
    ("Plot 12, MG Road", "12||mg road"),
    ("No. 5, 2nd Cross, MG Road", "5||mg road|||||||2nd cross"),
    ("Gran Vía 4, 3ºC", "4||gran via|3c"),
    ("221 Sample Street", "221||sample street"),
    ("Sample Street 221", "221||sample street"),
    ("12/14 Sample St", "14||sample street|12"),
    ("Suite 400, 1 Market Plaza", "1||market plaza|400"),
    ("5th Floor, 10 Sample Road", "10||sample road|floor 5"),
    ("10 Sample Road, 5th Floor", "10||sample road|floor 5"),
    ("Shop 3, 12 Sample Parade", "12||sample parade|3"),
    ("Lot 7 Sample Highway", "||sample highway|7"),
    ("Level 2, 5 Sample Tce", "5||sample terrace|floor 2"),
    ("16 Sample Cct", "16||sample circuit"),
    ("8 Sample Pde", "8||sample parade"),
    ("Am Musterplatz 3", "3||am muster platz"),
    ("Musterweg 3 b", "3b||muster weg"),
    ("Musterweg 3b", "3b||muster weg"),
    ("Musterallee 12, EG", "12||muster allee|floor 0"),
    ("Mustergasse 4/12", "4||muster gasse|12"),
    ("Musterstraße 7, Haus B", "7||muster strasse|block b"),
    ("An der Musterbrücke 9", "9||an der musterbrucke"),
    ("Straße der Republik 10", "10||strasse der republik"),
    ("Str. der Republik 10", "10||strasse der republik"),
    ("2 rue du Moulin Neuf", "2||rue du moulin neuf"),
    ("2, rue du Moulin Neuf", "2||rue du moulin neuf"),
    ("2 r. du Moulin Neuf", "2||rue du moulin neuf"),
    ("15 quater avenue de la Gare", "15quater||avenue de la gare"),
    (
        "15 av de la Gare Bât. C Apt 3",
        "15||avenue de la gare|block c 3",
    ),
    (
        "Résidence du Lac, 3 chemin Vert",
        "3||chemin vert|||||||residence du lac",
    ),
    ("Calle del Olmo, 12, 3º izq.", "12||calle del olmo|3 izq"),
    ("C/ del Olmo 12 3 izda", "12||calle del olmo|3 izq"),
    ("Av. del Sol s/n", "||avenue del sol|||||||sn"),
    ("Avda del Sol, 14", "14||avenue del sol"),
    ("Carrer Nou, 7", "7||carrer nou"),
    ("Passeig Nou 12", "12||paseo nou"),
    ("Pº del Prado Verde 3", "3||paseo del prado verde"),
    ("Via Verdi 3/B", "3b||via verdi"),
    ("V.le dei Tigli 14, int. 5", "14||viale dei tigli|5"),
    ("P.zza Nuova 1", "1||piazza nuova"),
    ("Strada Nuova 22", "22||strada nuova"),
    ("Rua das Flores, nº 10, 2º Dto", "10||rue das flores|2 dcha"),
    ("R. das Flores 10", "10||rue das flores"),
    (
        "Av. Central 500, apto 12, bloco B",
        "500||avenue central|block b 12",
    ),
    ("Travessa do Sol 4", "4||travessa do sol"),
    ("Dorpsstraat 10 A", "10a||dorps strasse"),
    ("Dorpsstraat 10-A", "10a||dorps strasse"),
    ("Dorpsstr. 10", "10||dorps strasse"),
    ("Kerkplein 3", "3||kerk plein"),
    ("Prinsengracht 100 hs", "100||prinsen gracht|||||||hs"),
    ("Nieuwstraat 12 bus 4", "12||nieuw strasse|4"),
    ("ul. Polna 4/5", "4||ulica polna|5"),
    ("ul. Polna 4 lok. 5", "4||ulica polna|5"),
    ("os. Zielone 12/3", "12||osiedle zielone|3"),
    ("al. Lipowa 7", "7||aleja lipowa"),
    ("pl. Nowy 3", "3||place nowy"),
    ("Na Poříčí 1234/5", "1234||na porici|5"),
    ("nám. Republiky 3", "3||namesti republiky"),
    ("Fő utca 12", "12||fo utca"),
    ("Fő u. 12.", "12||fo utca"),
    ("Petőfi tér 3", "3||petofi terrace"),
    ("Strada Florilor nr. 7", "7||strada florilor"),
    (
        "Bd. Unirii 12, bl. 3, ap. 10",
        "12||boulevard unirii|block 3 10",
    ),
    ("Trg Slobode 5", "5||trg slobode"),
    ("Gül Sokak No: 4 Daire: 3", "4||gul sokak|3"),
    ("Cumhuriyet Cad. 14", "14||cumhuriyet cadde"),
    ("Storgatan 12 A", "12a||stor gatan"),
    ("Storgatan 12A, lgh 1101", "12a||stor gatan|1101"),
    ("Nygade 5, 3. th", "5||nygade|3 side"),
    ("Skolevej 7", "7||skole vej"),
    ("Kirkeveien 10B", "10b||kirke veien"),
    ("Koulukatu 3 B 12", "3b||koulu katu|12"),
    ("Mannertie 4", "4||mannertie"),
    ("Brīvības iela 12", "12||brivibas iela"),
    ("ул. Лесная, д. 3, кв. 14", "3||ulica lesnaya|14"),
    ("ул Лесная 3", "3||ulica lesnaya"),
    ("пр-т Мира, 15", "15||prospekt mira"),
    ("просп. Мира 15", "15||prospekt mira"),
    ("пер. Садовый 4", "4||pereulok sadovyy"),
    ("Lesnaya ul. 3", "3||lesnaya ulica"),
    ("ulitsa Lesnaya, 3", "3||ulica lesnaya"),
    ("вул. Лісова, 3", "3||ulica lisova"),
    ("Οδός Ερμού 12", "12||odos ermoy"),
    ("人民路100号", "100||renmin road"),
    ("100 Renmin Rd", "100||renmin road"),
    ("人民东路5号", "5||renmin e road"),
    ("5 Renmin East Rd", "5||renmin e road"),
    ("Jl. Melati No. 12", "12||jalan melati"),
    ("12, Jalan Melati", "12||jalan melati"),
    ("No 12 Jalan Melati", "12||jalan melati"),
    ("12/3 Nguyen Trai St", "3||nguyen trai street|12"),
    ("Flat No. 4, 12 Park Street", "12||park street|4"),
    ("Postfach 1234", "||||1234"),
    ("PO Box 99, 12 Harbour Rd", "12||harbour road||99"),
    ("BP 45", "||||45"),
    ("Apartado de correos 77", "||||77"),
    ("Private Bag X12", "||||x12"),
    ("GPO Box 500", "||||500"),
    ("12 N. Oak Ave.", "12||n oak avenue"),
    ("12 North Oak Avenue", "12||n oak avenue"),
    ("12 NW 5th St", "12||nw 5th street"),
    ("12 Northwest Fifth Street", "12||nw 5th street"),
    ("12 Oak Ave W", "12||oak avenue w"),
    ("12 Oak Ave. West Apt #4", "12||oak avenue w|4"),
    ("12 St. Mary St", "12||saint mary street"),
    ("12 St Mary's Rd", "12||saint marys road"),
    ("12 Mt Pleasant Ave", "12||mount pleasant avenue"),
    ("1200 Broadway Ste 5B", "1200||broadway|5b"),
    ("1200 Broadway #5B", "1200||broadway|5b"),
    ("Rural Route 3", "||rural route 3"),
    ("123 Main", "123||main"),
];

/// Whole addresses, the same parts.
pub(super) const WHOLE: &[(&str, &str)] = &[
    (
        "Flat 3, 12 High Street, Clifton, Bristol BS8 2XN",
        "12||high street|3||bristol||BS82XN||clifton",
    ),
    (
        "Calle de Alcalá 45, 3º B, 28014 Madrid, España",
        "45||calle de alcala|3b||madrid||28014|ES",
    ),
    (
        "C/ Mayor 3, 2º Izq, 28013 Madrid",
        "3||calle mayor|2 izq||madrid||28013",
    ),
    (
        "12 rue de la Paix, 75002 Paris",
        "12||rue de la paix|||paris||75002",
    ),
    (
        "Via Roma 12, 00184 Roma RM, Italia",
        "12||via roma|||roma|rm|00184|IT",
    ),
    (
        "ul. Zielna 63 m. 12, 00-108 Warszawa, Polska",
        "63||ulica zielna|12||warszawa||00108|PL",
    ),
    (
        "Hauptstraße 5, D-10115 Berlin",
        "5||haupt strasse|||berlin||10115",
    ),
    (
        "Bahnhofstrasse 1, 8001 Zürich, Schweiz",
        "1||bahnhof strasse|||zurich||8001|CH",
    ),
    (
        "Mariahilfer Straße 12/3/4, 1070 Wien, Austria",
        "12||mariahilfer strasse|3/4||wien||1070|AT",
    ),
    (
        "Storgatan 5, 111 23 Stockholm, Sweden",
        "5||stor gatan|||stockholm||11123|SE",
    ),
    (
        "Karl Johans gate 5, 0154 Oslo, Norge",
        "5||karl johans gate|||oslo||0154|NO",
    ),
    (
        "Mannerheimintie 12 A 5, 00100 Helsinki, Finland",
        "12a||mannerheimintie|5||helsinki||00100|FI",
    ),
    (
        "Rua Augusta 123, 1100-053 Lisboa, Portugal",
        "123||rue augusta|||lisboa||1100053|PT",
    ),
    (
        "Av. Juárez 123, Col. Centro, 06050 Ciudad de México, CDMX, Mexico",
        "123||avenue juarez|||ciudad de mexico||06050|MX|col centro cdmx",
    ),
    (
        "100 King Street West, Toronto, ON M5X 1A9, Canada",
        "100||king street w|||toronto|on|M5X1A9|CA",
    ),
    (
        "45 George St, Sydney NSW 2000, Australia",
        "45||george street|||sydney|nsw|2000|AU",
    ),
    (
        "12 Queen Street, Auckland 1010, New Zealand",
        "12||queen street|||auckland||1010|NZ",
    ),
    (
        "123 Orchard Road, Singapore 238858",
        "123||orchard road|||singapore||238858",
    ),
    (
        "Plot 12, MG Road, Bengaluru 560001, India",
        "12||mg road|||bengaluru||560001|IN",
    ),
    (
        "ул. Ленина, д. 5, кв. 7, Москва, 101000, Россия",
        "5||ulica lenina|7||moskva||101000|RU",
    ),
    (
        "Václavské nám. 12, 110 00 Praha 1, Czech Republic",
        "12||vaclavske namesti|||praha||11000|CZ",
    ),
    (
        "Kossuth u. 12, 1055 Budapest, Hungary",
        "12||kossuth utca|||budapest||1055|HU",
    ),
    (
        "88 Ocean Drive, Suite 210, Miami, FL",
        "88||ocean drive|210||miami|fl",
    ),
    (
        "PO Box 123, Springfield, IL 62701-1234",
        "||||123|springfield|il|62701",
    ),
    (
        "Keizersgracht 12, 1015 CX Amsterdam",
        "12||keizers gracht|||amsterdam||1015CX",
    ),
    (
        "Meir 12 bus 3, 2000 Antwerpen, Belgium",
        "12||meir|3||antwerpen||2000|BE",
    ),
    (
        "12 Main St, Dublin 2, D02 AF30, Ireland",
        "12||main street|||dublin||D02AF30|IE",
    ),
    (
        "Atatürk Cad. No:12 D:5, 34000 İstanbul, Türkiye",
        "12||ataturk cadde|5||istanbul||34000|TR",
    ),
    ("Berlin, Germany", "|||||berlin|||DE"),
    (
        "12 Oak Ave, Apt 4, Springfield, IL 62704, USA",
        "12||oak avenue|4||springfield|il|62704|US",
    ),
    (
        "12 Oak Ave, Springfield IL 62704",
        "12||oak avenue|||springfield|il|62704",
    ),
    (
        "12 Oak Ave, Springfield, Illinois 62704",
        "12||oak avenue|||springfield|il|62704",
    ),
    (
        "Musterweg 3, 12345 Musterstadt",
        "3||muster weg|||musterstadt||12345",
    ),
    (
        "Musterweg 3; 12345 Musterstadt; Germany",
        "3||muster weg|||musterstadt||12345|DE",
    ),
    (
        "3 rue Verte, 69001 Lyon, France",
        "3||rue verte|||lyon||69001|FR",
    ),
    (
        "Calle del Olmo 12, 3º izq, 41001 Sevilla",
        "12||calle del olmo|3 izq||sevilla||41001",
    ),
    (
        "Via Verdi 3, 20121 Milano MI",
        "3||via verdi|||milano|mi|20121",
    ),
    (
        "ul. Polna 4/5, 30-001 Kraków",
        "4||ulica polna|5||krakow||30001",
    ),
    (
        "Dorpsstraat 10, 1234 AB Voorbeeld, Nederland",
        "10||dorps strasse|||voorbeeld||1234AB|NL",
    ),
    (
        "Storgatan 12, 123 45 Exempelstad, Sverige",
        "12||stor gatan|||exempelstad||12345|SE",
    ),
    ("Fő utca 12, 6720 Szeged", "12||fo utca|||szeged||6720"),
    (
        "Rua das Flores 10, 4000-123 Porto",
        "10||rue das flores|||porto||4000123",
    ),
    (
        "PO Box 99, Sampletown NSW 2999",
        "||||99|sampletown|nsw|2999",
    ),
    (
        "8 Sample Pde, Exampleville VIC 3999, Australia",
        "8||sample parade|||exampleville|vic|3999|AU",
    ),
    (
        "5 Main St, Exampletown, Co. Cork, Ireland",
        "5||main street|||exampletown|cork||IE",
    ),
];

/// Cities.
pub(super) const CITIES: &[(&str, &str)] = &[
    ("St. Louis", "saint louis"),
    ("Saint Louis", "saint louis"),
    ("ST LOUIS", "saint louis"),
    ("Ft. Worth", "fort worth"),
    ("Mt. Vernon", "mount vernon"),
    ("Frankfurt a. M.", "frankfurt main"),
    ("Frankfurt/M.", "frankfurt main"),
    ("Frankfurt am Main", "frankfurt main"),
    ("Frankfurt (Oder)", "frankfurt oder"),
    ("Freiburg i. Br.", "freiburg"),
    ("Paris 09 Opéra", "paris opera"),
    ("Paris 10", "paris"),
    ("Marseille 06", "marseille"),
    ("Lyon 3e", "lyon"),
    ("Praha 1", "praha"),
    ("Dublin 2", "dublin"),
    ("Munich", "munchen"),
    ("München", "munchen"),
    ("Cologne", "koln"),
    ("Köln", "koln"),
    ("Rome", "roma"),
    ("Roma", "roma"),
    ("Warsaw", "warszawa"),
    ("Warszawa", "warszawa"),
    ("Moscow", "moskva"),
    ("Москва", "moskva"),
    ("Санкт-Петербург", "saint petersburg"),
    ("Newcastle-upon-Tyne", "newcastle upon tyne"),
    ("Newcastle upon Tyne", "newcastle upon tyne"),
    ("Stoke-on-Trent", "stoke on trent"),
    ("L'Aquila", "laquila"),
    ("'s-Hertogenbosch", "s hertogenbosch"),
    ("Den Haag", "den haag"),
    ("The Hague", "den haag"),
    ("New York City", "new york"),
    ("Łódź", "lodz"),
    ("Ústí nad Labem", "usti nad labem"),
    ("İstanbul", "istanbul"),
    ("São Paulo", "sao paulo"),
    ("Aix-en-Provence", "aix en provence"),
    ("12", "12"),
];

/// Regions.
pub(super) const REGIONS: &[(&str, &str)] = &[
    ("California", "ca"),
    ("CA", "ca"),
    ("calif.", "ca"),
    ("New South Wales", "nsw"),
    ("N.S.W.", "nsw"),
    ("nsw", "nsw"),
    ("Ontario", "on"),
    ("Québec", "qc"),
    ("Bayern", "bayern"),
    ("Île-de-France", "ile de france"),
    ("West Virginia", "wv"),
    ("D.C.", "dc"),
    ("District of Columbia", "dc"),
];

/// All parts, separated by bars, without the empty ones at the end.
fn digest(a: &Address) -> String {
    let parts = [
        &a.house,
        &a.house_end,
        &a.street,
        &a.unit,
        &a.po_box,
        &a.city,
        &a.region,
        &a.postcode,
        &a.country,
        &a.rest,
    ];
    parts
        .map(String::as_str)
        .join("|")
        .trim_end_matches('|')
        .to_owned()
}

fn check(cells: &[(&str, &str)], normalize: impl Fn(&str) -> String) {
    let wrong: Vec<String> = cells
        .iter()
        .map(|(cell, expected)| (cell, normalize(cell), expected))
        .filter(|(_, got, expected)| got != *expected)
        .map(|(cell, got, expected)| format!("{cell}: got {got}, expected {expected}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn street_lines() {
    check(STREETS, |cell| digest(&street(cell)));
}

#[test]
fn whole_addresses() {
    check(WHOLE, |cell| digest(&whole(cell)));
}

#[test]
fn cities_and_regions() {
    check(CITIES, city);
    check(REGIONS, region);
}

/// Text with what addresses are full of.
fn cells() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[A-Za-z]{1,9}",
        "[0-9]{1,5}",
        "[0-9]{1,3}[a-z]",
        "\\PC{0,6}",
        Just("St.".to_owned()),
        Just("Str.".to_owned()),
        Just("Apt".to_owned()),
        Just("2º".to_owned()),
        Just("C/".to_owned()),
        Just("#".to_owned()),
        Just("ул.".to_owned()),
        Just("路".to_owned()),
        Just("号".to_owned()),
        Just("Floor".to_owned()),
        Just("PO Box".to_owned()),
        Just("bis".to_owned()),
        Just("N".to_owned()),
        Just("rue".to_owned()),
        Just("Hauptstr.".to_owned()),
        Just("de".to_owned()),
        Just("mai".to_owned()),
        Just("IL".to_owned()),
        Just("No.".to_owned()),
        Just("c/o".to_owned()),
        Just("OG".to_owned()),
        Just("Saint".to_owned()),
        Just("terr".to_owned()),
        Just("s/n".to_owned()),
    ];
    let joint = prop_oneof![
        Just(" "),
        Just(" "),
        Just(", "),
        Just("-"),
        Just("/"),
        Just("."),
        Just("  "),
        Just("\n")
    ];
    prop::collection::vec((word, joint), 0..7).prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(word, joint)| [word, joint.to_owned()])
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_normal_street_is_its_own(cell in cells()) {
        let once = street(&cell);
        let again = street(&once.street);
        prop_assert_eq!(&again.street, &once.street);
    }

    #[test]
    fn a_normal_city_or_region_is_its_own(cell in cells()) {
        let once = city(&cell);
        prop_assert_eq!(city(&once), once);
        let once = region(&cell);
        prop_assert_eq!(region(&once), once);
    }

    #[test]
    fn no_word_is_lost(words in prop::collection::vec("[b-z][aeiou][b-z]{2,4}q", 1..5), number in 1..99_u32) {
        let cell = format!("{} {number}", words.join(" "));
        for address in [street(&cell), whole(&cell)] {
            let kept = digest(&address);
            prop_assert!(words.iter().all(|w| kept.contains(w.as_str())), "{} of {}", kept, cell);
            prop_assert!(kept.contains(&number.to_string()));
        }
    }

    #[test]
    fn nothing_panics(cell in cells(), wild in "\\PC{0,30}") {
        let _ = (street(&wild), whole(&cell), whole(&wild), city(&wild), region(&wild));
    }
}
