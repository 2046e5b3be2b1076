//! Words that introduce a flat, suite or floor inside an address: `Apt`, `Whg.`, `кв.`, `2º Izq`.
//!
//! Source: USPS Publication 28 (secondary unit designators, facts) and general knowledge.

/// What a unit word introduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A dwelling, suite or room: the number alone is kept.
    Door,
    /// A floor: kept as `floor 2`.
    Floor,
    /// A building, block, tower, staircase or entrance: kept with its word.
    Block(&'static str),
}

/// The unit that `word` (folded, or as written in lower case for other scripts) introduces.
#[must_use]
pub fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "apt" | "apartment" | "appartment" | "apartement" | "aptmt" | "appt" | "app"
        | "appartement" | "apto" | "apartamento" | "apart" | "apmt" | "shop" | "flat" | "flt"
        | "unit" | "unt" | "suite" | "ste" | "room" | "rm" | "wohnung" | "whg" | "wohn" | "wng"
        | "top" | "tur" | "interno" | "int" | "puerta" | "pta" | "dept" | "depto" | "dpto"
        | "departamento" | "office" | "ofc" | "ofic" | "oficina" | "bureau" | "lok" | "lokal"
        | "mieszkanie" | "byt" | "kvartira" | "kv" | "кв" | "квартира" | "офис" | "оф" | "lgh"
        | "lagenhet" | "leil" | "asunto" | "ajto" | "daire" | "ap" | "sala" | "conj" | "loja"
        | "unidad" | "villa" | "shi" | "室" | "号室" | "lot" | "trailer" | "slip" | "spc"
        | "space" | "pmb" | "penthouse" | "ph" | "bte" | "boite" | "bus" | "kamer" | "شقة"
        | "διαμ" => Unit::Door,
        "floor" | "fl" | "flr" | "og" | "obergeschoss" | "geschoss" | "stock" | "stockwerk"
        | "etage" | "etg" | "piso" | "piano" | "andar" | "planta" | "plta" | "pietro"
        | "pieter" | "emelet" | "kat" | "etazh" | "эт" | "этаж" | "vaning" | "tr" | "sal"
        | "lou" | "楼" | "层" | "層" | "level" | "lvl" | "patro" | "poschodie" | "verdieping"
        | "الدور" => Unit::Floor,
        "haus" | "building" | "bldg" | "bld" | "block" | "blk" | "bloque" | "blq" | "bloco"
        | "bl" | "blok" | "tower" | "twr" | "edificio" | "edif" | "ed" | "batiment" | "bat"
        | "korpus" | "korp" | "корпус" | "корп" | "к" | "строение" | "стр" => {
            Unit::Block("block")
        }
        "escalera" | "esc" | "escalier" | "scala" | "sc" | "stiege" | "stg" | "entrance"
        | "entrada" | "podezd" | "подъезд" | "aufgang" | "staircase" | "stair" | "klatka"
        | "lepcsohaz" | "lph" | "opgang" => Unit::Block("stair"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_languages() {
        assert_eq!(unit("apt"), Some(Unit::Door));
        assert_eq!(unit("og"), Some(Unit::Floor));
        assert_eq!(unit("корп"), Some(Unit::Block("block")));
        assert_eq!(unit("street"), None);
    }
}
