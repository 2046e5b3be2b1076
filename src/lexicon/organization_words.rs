//! Words of company and institution names: marks that tell them from people, and abbreviations.
//!
//! Source: general knowledge, compiled for this project.

/// True if `word` (folded) belongs to companies and institutions and to no name of a person.
#[must_use]
pub fn institution(word: &str) -> bool {
    matches!(
        word,
        "gmbh"
            | "ltd"
            | "limited"
            | "llc"
            | "inc"
            | "incorporated"
            | "corp"
            | "corporation"
            | "plc"
            | "llp"
            | "sarl"
            | "srl"
            | "kg"
            | "ohg"
            | "ooo"
            | "zao"
            | "oao"
            | "pvt"
            | "pty"
            | "gbr"
            | "ev"
            | "oy"
            | "oyj"
            | "aps"
            | "sas"
            | "ltda"
            | "eirl"
            | "kft"
            | "zrt"
            | "sro"
            | "doo"
            | "university"
            | "universitat"
            | "universite"
            | "universidad"
            | "universita"
            | "universidade"
            | "college"
            | "school"
            | "schule"
            | "academy"
            | "institute"
            | "institut"
            | "instituto"
            | "foundation"
            | "stiftung"
            | "fondation"
            | "fundacion"
            | "fondazione"
            | "association"
            | "verein"
            | "society"
            | "church"
            | "parish"
            | "hospital"
            | "clinic"
            | "klinik"
            | "clinica"
            | "pharmacy"
            | "company"
            | "group"
            | "holding"
            | "holdings"
            | "partners"
            | "associates"
            | "services"
            | "solutions"
            | "systems"
            | "consulting"
            | "software"
            | "technologies"
            | "technology"
            | "industries"
            | "enterprises"
            | "international"
            | "logistics"
            | "trading"
            | "insurance"
            | "bank"
            | "restaurant"
            | "hotel"
            | "council"
            | "ministry"
            | "department"
            | "dept"
            | "center"
            | "centre"
            | "library"
            | "museum"
            | "theatre"
            | "club"
            | "trust"
            | "fund"
            | "agency"
            | "office"
            | "shop"
            | "store"
            | "studio"
            | "studios"
            | "versicherung"
            | "versicherungen"
            | "verlag"
            | "apotheke"
            | "autohaus"
            | "immobilien"
            | "gesellschaft"
            | "societe"
            | "sociedad"
            | "asociacion"
            | "associacao"
            | "zavod"
            | "spolka"
            | "praxis"
            | "kanzlei"
            | "kindergarten"
            | "preschool"
            | "daycare"
            | "traders"
            | "stores"
            | "agencies"
            | "exports"
            | "imports"
            | "textiles"
            | "electricals"
            | "motors"
            | "jewellers"
            | "builders"
            | "suppliers"
            | "distributors"
            | "contractors"
            | "garments"
            | "chemicals"
            | "enterprise"
            | "drukkerij"
            | "tuincentrum"
            | "loodgieter"
            | "schilderwerken"
            | "klusbedrijf"
            | "stichting"
            | "vereniging"
            | "papelaria"
            | "backerei"
            | "konditorei"
            | "metzgerei"
            | "fleischerei"
            | "gartnerei"
            | "schreinerei"
            | "tischlerei"
            | "spedition"
            | "brauerei"
            | "druckerei"
            | "buchhandlung"
            | "buchhandel"
            | "gasthaus"
            | "gasthof"
            | "baumarkt"
            | "steuerberatung"
            | "werkstatt"
            | "zahnarztpraxis"
            | "arztpraxis"
            | "elektrotechnik"
            | "haustechnik"
            | "maschinenbau"
            | "boulangerie"
            | "patisserie"
            | "boucherie"
            | "pharmacie"
            | "librairie"
            | "imprimerie"
            | "etablissements"
            | "transports"
            | "quincaillerie"
            | "charcuterie"
            | "menuiserie"
            | "garage"
            | "panaderia"
            | "farmacia"
            | "ferreteria"
            | "carniceria"
            | "libreria"
            | "papeleria"
            | "restaurante"
            | "constructora"
            | "distribuidora"
            | "comercializadora"
            | "inmobiliaria"
            | "transportes"
            | "construcciones"
            | "instalaciones"
            | "padaria"
            | "confeitaria"
            | "mercearia"
            | "oficina"
            | "escritorio"
            | "supermercado"
            | "advocacia"
            | "contabilidade"
            | "ristorante"
            | "pizzeria"
            | "panificio"
            | "trattoria"
            | "officina"
            | "carrozzeria"
            | "macelleria"
            | "pasticceria"
            | "impresa"
            | "agriturismo"
            | "bakkerij"
            | "slagerij"
            | "apotheek"
            | "makelaardij"
            | "administratiekantoor"
            | "garagebedrijf"
            | "bouwbedrijf"
            | "installatiebedrijf"
            | "bageri"
            | "apotek"
            | "byggnads"
            | "piekarnia"
            | "apteka"
            | "warsztat"
            | "hurtownia"
            | "ksiegarnia"
            | "kancelaria"
            | "pekarstvi"
            | "lekarna"
            | "pekarna"
            | "lekaren"
            | "bakery"
            | "butchery"
            | "brewery"
            | "plumbing"
            | "joinery"
            | "orchards"
            | "talleres"
            | "hermanos"
            | "hnos"
            | "pasteleria"
            | "peluqueria"
            | "carpinteria"
            | "falegnameria"
            | "autofficina"
            | "pastelaria"
            | "construcoes"
            | "plomberie"
            | "metallbau"
            | "snickeri"
            | "landscaping"
            | "roofing"
            | "catering"
            | "pharma"
            | "dental"
            | "academia"
            | "colegio"
            | "escuela"
            | "escola"
            | "clinique"
            | "lycee"
            | "ecole"
            | "mairie"
    )
}

/// Marks of institutions that are family names too, when only a given name stands before them.
#[must_use]
pub fn also_surname(word: &str) -> bool {
    matches!(
        word,
        "church"
            | "parish"
            | "bank"
            | "office"
            | "trust"
            | "shop"
            | "store"
            | "fund"
            | "club"
            | "college"
            | "council"
            | "center"
            | "school"
            | "hospital"
            | "ev"
            | "kg"
            | "inc"
            | "as"
            | "sas"
    )
}

/// Words that after `and` name the partners of a firm.
#[must_use]
pub fn partners(word: &str) -> bool {
    matches!(
        word,
        "sons"
            | "son"
            | "co"
            | "company"
            | "partner"
            | "partners"
            | "associates"
            | "assoc"
            | "cie"
            | "cia"
            | "sohne"
            | "soehne"
            | "sohn"
            | "fils"
            | "hijos"
            | "figli"
            | "brothers"
            | "bros"
            | "daughters"
            | "filhos"
            | "zoon"
            | "zonen"
            | "sonner"
            | "soner"
            | "synowie"
            | "synove"
    )
}

/// True if `word` carries no meaning of its own and gives no letter to an acronym.
#[must_use]
pub fn filler(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "of"
            | "the"
            | "for"
            | "de"
            | "la"
            | "le"
            | "les"
            | "des"
            | "du"
            | "del"
            | "di"
            | "da"
            | "do"
            | "der"
            | "die"
            | "das"
            | "fur"
            | "in"
            | "at"
            | "a"
            | "an"
            | "to"
            | "el"
            | "los"
            | "las"
            | "van"
            | "von"
            | "y"
            | "e"
            | "i"
            | "w"
            | "et"
            | "und"
    )
}

/// The long form of an abbreviation, or the one spelling of a word, where that is safe.
#[must_use]
pub fn spelled_out(word: &str) -> Option<&'static str> {
    Some(match word {
        "und" | "et" | "och" | "og" | "oraz" | "y" => "and",
        "ctr" | "cntr" | "centre" => "center",
        "univ" => "university",
        "intl" | "internl" | "internatl" => "international",
        "natl" => "national",
        "assn" | "assoc" => "association",
        "assocs" | "assoctes" => "associates",
        "inst" => "institute",
        "dept" => "department",
        "div" => "division",
        "dev" | "devel" | "dvlp" | "devt" => "development",
        "mfg" | "manuf" => "manufacturing",
        "mgmt" | "mgt" | "mngt" => "management",
        "svc" | "svcs" | "srvcs" | "servs" => "services",
        "sch" | "schl" => "school",
        "schs" => "schools",
        "elem" => "elementary",
        "acad" => "academy",
        "hosp" => "hospital",
        "bros" => "brothers",
        "gebr" | "gebruder" => "brothers",
        "govt" => "government",
        "cmty" | "commty" | "communty" => "community",
        "cttee" | "cmte" => "committee",
        "sys" => "systems",
        "engg" | "engrg" => "engineering",
        "grp" => "group",
        "hldg" | "hldgs" | "hlds" => "holdings",
        "ins" => "insurance",
        "lib" => "library",
        "mkt" => "market",
        "mktg" => "marketing",
        "pharm" => "pharmacy",
        "prod" | "prods" => "products",
        "transp" => "transport",
        "fdn" | "fndn" => "foundation",
        "dist" => "district",
        "nbhd" => "neighborhood",
        "neighbourhood" => "neighborhood",
        "fed" => "federation",
        "bapt" => "baptist",
        "luth" => "lutheran",
        "meth" => "methodist",
        "cath" => "catholic",
        "mt" => "mount",
        "ft" => "fort",
        "prog" => "program",
        "programme" => "program",
        "pk" => "park",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        assert!(institution("gmbh") && institution("university") && !institution("smith"));
    }
}
