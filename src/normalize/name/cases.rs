//! Invented names of many countries with the parts they must fall into, and the laws of name normalizing.

use proptest::prelude::*;

use super::*;

/// Cells of whole names.
pub(super) const FULL: &[(&str, &str)] = &[
    ("Smith, John", "john||smith"),
    ("SMITH John Q", "john|q|smith"),
    (
        "Dr. Hans-Peter van der Berg",
        "hans peter||van der berg||dr",
    ),
    ("José Luis García López", "jose luis||garcia lopez"),
    ("Wang Xiaoming", "xiaoming||wang"),
    ("Xiaoming Wang", "xiaoming||wang"),
    ("Nagy László", "laszlo||nagy"),
    ("László Nagy", "laszlo||nagy"),
    ("mcdonald ronald", "ronald||mcdonald"),
    ("John Smith Jr.", "john||smith|Jr"),
    ("ifj. Szabó Zoltán", "zoltan||szabo|Jr"),
    ("Jan Novák ml.", "jan||novak|Jr"),
    ("Jan Novák st.", "jan||novak|Sr"),
    ("John Q. Smith III, PhD", "john|q|smith|Nth(3)|phd"),
    ("Smith, John, MD", "john||smith||md"),
    ("Mary Smith née Jones", "mary||smith||||jones"),
    ("Mary Smith (née Jones)", "mary||smith||||jones"),
    ("William \"Bill\" Smith", "william||smith|||bill"),
    ("John and Mary Smith", "john||smith||||||mary|two"),
    ("Mr & Mrs John Smith", "john||smith||mr mrs|||||two"),
    ("Mr. and Mrs. Smith", "||smith||mr mrs|||||two"),
    (
        "John Smith and Mary Jones",
        "john||smith||||||mary jones|two",
    ),
    ("王小明", "xiaoming||wang"),
    ("李 娜", "na||li"),
    ("欧阳修文", "xiuwen||ouyang"),
    ("田中 太郎", "tailang||tianzhong"),
    ("김민준", "minjun||gim"),
    ("Nguyen Van Minh", "minh|van|nguyen"),
    ("Nguyễn Thị Thu Hà", "ha|thi thu|nguyen"),
    ("Minh Nguyen", "minh||nguyen"),
    ("Kim Min-jun", "minjun||kim"),
    ("Min-jun Kim", "minjun||kim"),
    ("Ivanov Ivan Ivanovich", "ivan|ivanovich|ivanov"),
    ("Иван Иванович Иванов", "ivan|ivanovich|ivanov"),
    ("Иванов Иван", "ivan||ivanov"),
    (
        "Prof. Dr. med. Karl-Heinz Müller",
        "karl heinz||muller||prof dr med",
    ),
    ("de la Cruz, Juan", "juan||de la cruz"),
    ("Juan de la Cruz", "juan||de la cruz"),
    ("Maria", "maria"),
    ("Smith", "||smith"),
    ("Abdul Rahman Al-Khatib", "abdulrahman||alkhatib"),
    ("Acme Widgets Ltd", "||acme widgets ltd|||||||firm"),
    ("Jack Ma", "jack||ma"),
    ("Li Na", "na||li"),
    ("Ben Smith", "ben||smith"),
    ("Ben van der Berg", "ben||van der berg"),
    (
        "Anna Maria dos Santos Silva",
        "anna maria||dos santos silva",
    ),
    ("Steven", "steven"),
    ("Bob & Sue", "bob||||||||sue|two"),
    ("Thomas, Mary", "mary||thomas"),
    ("St. John, Ian", "ian||saint john"),
    ("Ian St. John", "ian||saint john"),
    ("María José Fernández-Ochoa", "maria jose||fernandez ochoa"),
    ("Mr. Smith", "||smith||mr"),
    ("Smith, Mr John", "john||smith||mr"),
    ("Smith John", "john||smith"),
    ("García López, María José", "maria jose||garcia lopez"),
    ("Fernández García José Luis", "jose luis||fernandez garcia"),
    ("Jennifer (Jen) Lee", "jennifer||lee|||jen"),
    ("Klaus Müller (geb. Schmidt)", "klaus||muller||||schmidt"),
    (
        "Dr N. Smith & Dr P. Smith",
        "n||smith||dr dr||||p smith|two",
    ),
    ("Ayşe Yılmaz", "ayse||yilmaz"),
    ("Müller Hans", "hans||muller"),
    ("Schulze-Delitzsch Anna", "anna||schulze delitzsch"),
    ("M. Dupont", "m||dupont"),
    ("Mme Dupont-Aignan", "||dupont aignan||mme"),
    ("Mr J", "||j||mr"),
    ("Sri Lakshmi Narayanan", "sri|lakshmi|narayanan"),
    (
        "Ana Beatriz de Souza e Silva",
        "ana beatriz||de souza e silva",
    ),
    ("John Smith V", "john||smith|Nth(5)"),
    ("Maria Kowalska", "maria||kowalska"),
    ("Kowalska Maria", "maria||kowalska"),
    ("KOWALSKI Jan", "jan||kowalski"),
    ("Jan Kowalski", "jan||kowalski"),
    ("Zdeněk Dvořák", "zdenek||dvorak"),
    ("Dvořáková Jana", "jana||dvorakova"),
    ("Ing. Petr Svoboda, Ph.D.", "petr||svoboda||ing phd"),
    ("MUDr. Jana Nováková", "jana||novakova||mudr"),
    ("Mgr. Anna Zielińska", "anna||zielinska||mgr"),
    ("Dr. iur. Hans Meier", "hans||meier||dr iur"),
    ("Hans-Jürgen von der Heide", "hans jurgen||von der heide"),
    ("Freiherr von Stein", "||von stein||freiherr"),
    (
        "Anna-Lena Müller-Lüdenscheidt",
        "anna lena||muller ludenscheidt",
    ),
    ("Frau Dr. Petra Weiß", "petra||weiss||frau dr"),
    ("Familie Schmidt", "||schmidt||familie|||||two"),
    ("Herr und Frau Schmidt", "||schmidt||herr frau|||||two"),
    ("Peter und Anna Schmidt", "peter||schmidt||||||anna|two"),
    ("De Luca Alessandro", "alessandro||de luca"),
    (
        "Cerámicas Alborada S.L.",
        "||ceramicas alborada sl|||||||firm",
    ),
    ("Ivanov S.A.", "s|a|ivanov"),
    ("The Smith Family", "||smith||family|||||two"),
    ("Fam. W. van den Berg", "w||van den berg||fam|||||two"),
    (
        "Piotr i Katarzyna Wiśniewscy",
        "piotr||wisniewscy||||||katarzyna|two",
    ),
    ("Juan y Rosa Pérez", "juan||perez||||||rosa|two"),
    ("Pan i Pani Nowak", "||nowak||pan pani|||||two"),
    ("Maria Costa e Silva", "maria||costa e silva"),
    ("José Ortega y Gasset", "jose||ortega y gasset"),
    ("JP Morgan", "j|p|morgan"),
    ("lh goncalves", "l|h|goncalves"),
    ("Wojtek Kowalczyk (jr)", "wojtek||kowalczyk|Jr"),
    ("Mme Claire Lefèvre", "claire||lefevre||mme"),
    ("M. et Mme Dupont", "||dupont||m mme|||||two"),
    ("LE GALL Yann", "yann||le gall"),
    ("Giuseppe Di Stefano", "giuseppe||di stefano"),
    ("Dott.ssa Maria Rossi", "maria||rossi||dottssa"),
    ("Avv. Carlo De Luca", "carlo||de luca||avv"),
    ("Rossi Mario", "mario||rossi"),
    ("D'Amico Salvatore", "salvatore||damico"),
    ("Juan Pérez", "juan||perez"),
    ("Pérez García, Ana", "ana||perez garcia"),
    ("Sra. Lucía Fernández", "lucia||fernandez||sra"),
    ("Javier Gómez-Navarro", "javier||gomez navarro"),
    (
        "María de los Ángeles Ruiz Soto",
        "maria|de los angeles|ruiz soto",
    ),
    ("João da Silva", "joao||da silva"),
    (
        "João Pedro dos Santos Neto",
        "joao pedro||dos santos|Nth(3)",
    ),
    ("Luiz Inácio Barbosa Filho", "luiz|inacio|barbosa|Jr"),
    ("Sr. António Costa", "antonio||costa||sr"),
    ("Pieter de Jong", "pieter||de jong"),
    (
        "Mevr. Saskia van der Linden",
        "saskia||van der linden||mevr",
    ),
    ("Els Van den Bossche", "els||van den bossche"),
    ("Lars Åkesson", "lars||akesson"),
    ("Bjørn Østergård", "bjorn||ostergard"),
    ("Jón Sigurðsson", "jon||sigurdsson"),
    ("Guðrún Jónsdóttir", "gudrun||jonsdottir"),
    ("Szabó Péter", "peter||szabo"),
    ("Péter Szabó", "peter||szabo"),
    ("Dr. Kovács Katalin", "katalin||kovacs||dr"),
    ("Ion Popescu", "ion||popescu"),
    ("Popescu Ion", "ion||popescu"),
    ("Δημήτρης Παπαδόπουλος", "dimitris||papadopoylos"),
    ("Giorgos Papadakis", "giorgos||papadakis"),
    ("Mehmet Yılmaz", "mehmet||yilmaz"),
    ("Yılmaz Mehmet", "mehmet||yilmaz"),
    ("Ayşe Gül Demir", "ayse|gul|demir"),
    ("Ольга Петровна Смирнова", "olga|petrovna|smirnova"),
    ("Смирнова Ольга Петровна", "olga|petrovna|smirnova"),
    ("Сергей Кузнецов", "sergey||kuznetsov"),
    ("Олена Шевченко", "olena||shevchenko"),
    ("Dragan Petrović", "dragan||petrovic"),
    ("Petrović Dragan", "dragan||petrovic"),
    ("Ahmed Hassan", "ahmed||hassan"),
    ("Fatima Al Zahra", "fatima||alzahra"),
    ("Khalid Abdulaziz Al-Otaibi", "khalid|abdulaziz|alotaibi"),
    ("Nur Aisyah binti Ahmad", "nur|aisyah|binti ahmad"),
    ("Rajesh Kumar Sharma", "rajesh|kumar|sharma"),
    ("Shri Anil Gupta", "anil||gupta||shri"),
    ("Priya Nair", "priya||nair"),
    ("Harpreet Singh", "harpreet||singh"),
    ("Gurpreet Kaur Gill", "gurpreet|kaur|gill"),
    ("Li Xiaolong", "xiaolong||li"),
    ("Chan Tai Man", "taiman||chan"),
    ("Tran Thi Mai", "mai|thi|tran"),
    ("Le Van Duc", "duc|van|le"),
    ("Lee Min Ho", "minho||lee"),
    ("山田 花子", "huazi||shantian"),
    ("佐藤健一", "jianyi||zuoteng"),
    ("박 지성", "jiseong||bag"),
    ("Thabo Nkosi", "thabo||nkosi"),
    ("Chukwuemeka Okafor", "chukwuemeka||okafor"),
    ("Kamau Mwangi", "kamau||mwangi"),
    ("David Cohen", "david||cohen"),
    ("Cohen, David ben Moshe", "david|ben moshe|cohen"),
    ("O'Neill, Sinéad", "sinead||oneill"),
    ("Seán Ó Briain", "sean||obriain"),
    ("Mac Donald, Fergus", "fergus||macdonald"),
    ("Fergus MacDonald", "fergus||macdonald"),
    ("Fergus Mac Donald", "fergus||macdonald"),
    ("The Hon. Jane Doe QC", "jane||doe||hon qc"),
    ("Capt. James Hook (Ret.)", "james||hook||ret capt"),
    ("Sgt John Baker", "john||baker||sgt"),
    ("Jane Doe, M.D., Ph.D.", "jane||doe||md phd"),
    ("Doe, Jane, MBA", "jane||doe||mba"),
    ("John Doe II", "john||doe|Nth(2)"),
    ("John Doe 3rd", "john||doe|Nth(3)"),
    ("JOHN DOE", "john||doe"),
    ("john doe", "john||doe"),
    ("J Doe", "j||doe"),
    ("D John", "d||john"),
    ("Dr. J. Doe", "j||doe||dr"),
    (
        "Mr. & Mrs. Robert and Jane Doe",
        "robert||doe||mr mrs||||jane|two",
    ),
    ("Robert & Jane Doe", "robert||doe||||||jane|two"),
    ("Doe, Robert & Jane", "robert||doe||||||jane|two"),
    ("Estate of John Doe", "john||doe||estate"),
    ("Johnny (John) Doe", "johnny||doe|||john"),
    ("John 'Jack' Doe", "john||doe|||jack"),
    ("John “Jack” Doe", "john||doe|||jack"),
    ("John Doe (formerly Smith)", "john||doe||||smith"),
    ("Jane Doe-Smith", "jane||doe smith"),
    ("Jane Smith f/k/a Jones", "jane||smith||||jones"),
    ("Lady Anne Howard", "anne||howard||lady"),
    ("Sir Ian", "ian||||sir"),
    ("Ann", "ann"),
    ("Doe", "||doe"),
    ("Müller GmbH", "||muller gmbh|||||||firm"),
    ("Rossi S.p.A.", "||rossi s p a|||||||firm"),
    ("Novák s.r.o.", "||novak s r o|||||||firm"),
    ("Dvořák a.s.", "||dvorak a s|||||||firm"),
    ("Hansen A/S", "||hansen a s|||||||firm"),
    ("Larsen ApS", "||larsen aps|||||||firm"),
    ("Andersson AB", "||andersson ab|||||||firm"),
    ("Jansen B.V.", "||jansen b v|||||||firm"),
    ("Nagy Bt.", "||nagy bt|||||||firm"),
    ("Tamm OÜ", "||tamm ou|||||||firm"),
    ("Bērziņš SIA", "||berzins sia|||||||firm"),
    ("Tan Sdn Bhd", "||tan sdn bhd|||||||firm"),
    ("Demir Ltd. Şti.", "||demir ltd sti|||||||firm"),
    ("López S.A. de C.V.", "||lopez s a de c v|||||||firm"),
    ("Công ty TNHH Nguyễn", "||cong ty tnhh nguyen|||||||firm"),
    ("SMITH AB", "smith||ab"),
    ("Anna AB", "anna||ab"),
    ("Jovanova B.V.", "b|v|jovanova"),
    ("John Smith c/o Jane Doe", "john||smith"),
    ("John Smith - do not use", "john||smith"),
    (
        "Prof. Dr. Karl von und zu Hohenfels",
        "karl||von und zu hohenfels||prof dr",
    ),
    ("Smith & Sons", "||smith and sons|||||||firm"),
    (
        "University of Example",
        "||university of example|||||||firm",
    ),
    ("Acme Inc.", "||acme inc|||||||firm"),
    ("Example Bakery LLC", "||example bakery llc|||||||firm"),
    (
        "Green Leaf Foundation",
        "||green leaf foundation|||||||firm",
    ),
    (
        "Mary Miller, 1st Baroness Oakham",
        "mary||miller|Nth(1)|baroness|||oakham",
    ),
    (
        "robert miller, 3rd earl of oakham",
        "robert||miller|Nth(3)|earl|||oakham",
    ),
    (
        "sir james miller, 2nd baronet",
        "james||miller|Nth(2)|sir baronet",
    ),
    ("1st Baronet", "|||Nth(1)|baronet"),
    (
        "sir william miller, 4th bt.",
        "william||miller|Nth(4)|sir bt",
    ),
    ("henry of oakham", "henry|||||||oakham"),
    (
        "john 1st viscount oakham",
        "john|||Nth(1)|viscount|||oakham",
    ),
    (
        "major-general sir henry miller",
        "henry||miller||major general sir",
    ),
    ("hon. carter", "||carter||hon"),
    ("anna (annie) carter", "anna||carter|||annie"),
    ("anna carter (annie)", "anna||carter|||annie"),
    ("peter carter, oakham", "peter||carter|||||oakham"),
    ("Ludwig van Musterberg", "ludwig||van musterberg"),
    ("van Musterberg, Ludwig", "ludwig||van musterberg"),
    ("J. R. Carter", "j|r|carter"),
    ("J.R. Carter", "j|r|carter"),
    ("Carter, J.R.", "j|r|carter"),
    ("Ahmed bin Saleh", "ahmed||bin saleh"),
    ("Maria Ortega y Rubio", "maria||ortega y rubio"),
    ("Ana de Souza e Silva", "ana||de souza e silva"),
    (
        "Dr N. Carter & Dr P. Carter",
        "n||carter||dr dr||||p carter|two",
    ),
    ("Rt Hon. Sir Peter Miller", "peter||miller||rt hon sir"),
    ("Karl Graf von Musterberg", "karl||von musterberg||graf"),
    ("Conor O'Reilly", "conor||oreilly"),
    ("Conor O Reilly", "conor||oreilly"),
    ("O'Reilly, Conor", "conor||oreilly"),
    ("Marcus Li", "marcus||li"),
    ("Li Meilin", "meilin||li"),
    ("Al Carter", "al||carter"),
    ("Ben van der Veen", "ben||van der veen"),
    ("Jan-Willem van 't Veld", "jan willem||van tveld"),
    ("Mr. and Mrs. Carter", "||carter||mr mrs|||||two"),
    ("FREEMAN Dr Sam", "sam||freeman||dr"),
    ("Greene Jr. Ryan", "ryan||greene|Jr"),
    ("Kowalski, mgr inż. Jan", "jan||kowalski||mgr inz"),
    ("Wong Ka Yan", "kayan||wong"),
    ("佐々木 花子", "huazi||zuomu"),
    ("Müller, Hans (Firma)", "hans||muller||firma"),
    ("Boulangerie Tissot SARL, Luc Tissot", "luc||tissot"),
    ("Janek Nowak (syn)", "janek||nowak|Jr"),
    ("Ms. Jane A. Doe-Carter, CPA", "jane|a|doe carter||ms cpa"),
    ("Ünal Özdemir", "unal||ozdemir"),
];

/// Cells of family names.
pub(super) const FAMILY: &[(&str, &str)] = &[
    ("Bt.", "||||bt"),
    ("Baronet", "||||baronet"),
    ("Graf", "||graf"),
    ("Smith Jr.", "||smith|Jr"),
    ("Smith, Jr.", "||smith|Jr"),
    ("O'Brien", "||obrien"),
    ("O’Brien", "||obrien"),
    ("O Brien", "||obrien"),
    ("van der Berg", "||van der berg"),
    ("Van Der Berg", "||van der berg"),
    ("van de Velde", "||van de velde"),
    ("v.d. Berg", "||van der berg"),
    ("García López", "||garcia lopez"),
    ("Garcia-Lopez", "||garcia lopez"),
    ("Meyer-Schulze", "||meyer schulze"),
    ("Müller (geb. Schmidt)", "||muller||||schmidt"),
    ("Müller geb. Schmidt", "||muller||||schmidt"),
    ("Schmidt (Müller)", "||schmidt||||muller"),
    ("Smith née Jones", "||smith||||jones"),
    ("Smith (Jones)", "||smith||||jones"),
    ("McDonald", "||mcdonald"),
    ("Mc Donald", "||mcdonald"),
    ("MacDonald", "||macdonald"),
    ("Al-Ahmad", "||alahmad"),
    ("Al Ahmad", "||alahmad"),
    ("Alahmad", "||alahmad"),
    ("El-Sayed", "||elsayed"),
    ("St. John", "||saint john"),
    ("St John", "||saint john"),
    ("Saint-Amand", "||saint amand"),
    ("Ste. Marie", "||sainte marie"),
    ("D'Angelo", "||dangelo"),
    ("D Angelo", "||dangelo"),
    ("de la Cruz", "||de la cruz"),
    ("De La Cruz", "||de la cruz"),
    ("dos Santos", "||dos santos"),
    ("Smith III", "||smith|Nth(3)"),
    ("Carter II", "||carter|Nth(2)"),
    ("Smith PhD", "||smith||phd"),
    ("Smith, MD", "||smith||md"),
    ("Mr Smith", "||smith||mr"),
    ("Dr. Müller", "||muller||dr"),
    ("Carter B", "|b|carter"),
    ("J. Smith", "j||smith"),
    ("Smith, John", "john||smith"),
    ("Nguyễn", "||nguyen"),
    ("Đặng", "||dang"),
    ("Şahin", "||sahin"),
    ("Þórsson", "||thorsson"),
    ("Szabó", "||szabo"),
    ("Kovačević", "||kovacevic"),
    ("Иванова", "||ivanova"),
    ("Παπαδόπουλος", "||papadopoylos"),
    ("김", "||gim"),
    ("王", "||wang"),
    ("欧阳", "||ouyang"),
    ("bin Saleh", "||bin saleh"),
    ("ben David", "||ben david"),
    ("ibn Yusuf", "||ibn yusuf"),
    ("von und zu Musterstein", "||von und zu musterstein"),
    ("Ortega y Rubio", "||ortega y rubio"),
    ("Costa e Silva", "||costa e silva"),
    ("Fitz-Gerald", "||fitzgerald"),
    ("Fitzgerald", "||fitzgerald"),
    ("Ng", "||ng"),
    ("Ó Briain", "||obriain"),
    ("'t Veld", "||tveld"),
    ("Graf von Musterberg", "||von musterberg||graf"),
    ("Duke of Oakham", "||||duke|||oakham"),
    ("Smith 2nd", "||smith|Nth(2)"),
    ("X", "||x"),
    ("Mairéad-Ní Dhomhnaill", "||mairead ni dhomhnaill"),
    ("Le Roux", "||le roux"),
    ("Lobo Neto", "||lobo|Nth(3)"),
];

/// Cells of given names.
pub(super) const GIVEN: &[(&str, &str)] = &[
    ("7th", "|||Nth(7)"),
    ("Christopher P", "christopher|p"),
    ("Dr Ivana", "ivana||||dr"),
    ("J.", "j"),
    ("Mary Ann", "mary ann"),
    ("Jean-Luc", "jean luc"),
    ("Jean Luc", "jean luc"),
    ("Smith, John", "john||smith"),
    ("John", "john"),
    (" john", "john"),
    ("JOHN", "john"),
    ("José Luis", "jose luis"),
    ("Mr. David", "david||||mr"),
    ("Ms Anna-Maria", "anna maria||||ms"),
    ("William \"Bill\"", "william|||||bill"),
    ("Katherine (Kate)", "katherine|||||kate"),
    ("J.R.", "j|r"),
    ("R. J. Lee", "r|j lee"),
    ("Robert Alexander", "robert|alexander"),
    ("Xiao Ming", "xiaoming"),
    ("Xiaoming", "xiaoming"),
    ("小明", "xiaoming"),
    ("Min-jun", "minjun"),
    ("Abdul Rahman", "abdulrahman"),
    ("Abdul-Rahman", "abdulrahman"),
    ("Abd al-Rahman", "abdulrahman"),
    ("Hans-Peter", "hans peter"),
    ("Klaus Dieter", "klaus dieter"),
    ("La Toya", "latoya"),
    ("D'Andre", "dandre"),
    ("O'Shea", "oshea"),
    ("John & Mary", "john||||||||mary|two"),
    ("John and Mary", "john||||||||mary|two"),
    ("Anna und Peter", "anna||||||||peter|two"),
    ("John Jr.", "john|||Jr"),
    ("Mr", "||||mr"),
    ("Dr.", "||||dr"),
    ("Prof. Dr. Karl", "karl||||prof dr"),
    ("Zoë", "zoe"),
    ("Łukasz", "lukasz"),
    ("Ольга", "olga"),
    ("Đorđe", "dorde"),
    ("Mary Kate", "mary kate"),
    ("Maria del Carmen", "maria|del carmen"),
    ("Giovanni Paolo", "giovanni paolo"),
    ("Ana-Maria", "ana maria"),
    ("Jo-Anne", "jo anne"),
    ("N'Dia", "ndia"),
    ("عبد الرحمن", "abdalrhmn"),
    ("N.N.", "n|n"),
];

/// All parts, separated by bars, without the empty ones at the end.
fn digest(name: &PersonName) -> String {
    let suffix = match name.suffix {
        Suffix::None => String::new(),
        suffix => format!("{suffix:?}"),
    };
    let flag = match (name.second_person, name.looks_like_organization) {
        (true, _) => "two",
        (_, true) => "firm",
        _ => "",
    };
    let parts = [
        &name.given,
        &name.middle,
        &name.family,
        &suffix,
        &name.honorific,
        &name.nickname,
        &name.previous_family,
        &name.territory,
        &name.partner,
    ];
    let parts = parts.map(String::as_str).join("|");
    format!("{parts}|{flag}").trim_end_matches('|').to_owned()
}

fn check(cells: &[(&str, &str)], normalize: fn(&str) -> PersonName) {
    let wrong: Vec<String> = cells
        .iter()
        .map(|(cell, expected)| (cell, digest(&normalize(cell)), expected))
        .filter(|(_, got, expected)| got != *expected)
        .map(|(cell, got, expected)| format!("{cell}: got {got}, expected {expected}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn whole_names() {
    check(FULL, full);
}

#[test]
fn family_names() {
    check(FAMILY, family);
}

#[test]
fn given_names() {
    check(GIVEN, given);
}

#[test]
fn genders_of_address() {
    for (honorific, gender) in [
        ("mr", Some('m')),
        ("frau dr", Some('f')),
        ("mr mrs", None),
        ("dr", None),
        ("", None),
        ("sra", Some('f')),
        ("pan", Some('m')),
    ] {
        assert_eq!(gender_of_honorific(honorific), gender, "{honorific}");
    }
}

/// Each part is its own normal form, and given and other names together fall apart as before.
fn assert_settled(name: &PersonName) {
    let again = given(&name.given);
    assert_eq!(
        (&again.given, again.middle.as_str()),
        (&name.given, ""),
        "given of {name:?}"
    );
    let again = family(&name.family);
    assert_eq!(again.family, name.family, "family of {name:?}");
}

#[test]
fn the_cases_are_settled() {
    for (cell, _) in GIVEN {
        assert_settled(&given(cell));
    }
    for (cell, _) in FAMILY {
        assert_settled(&family(cell));
    }
}

/// Text with what names are full of.
fn cells() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[A-Za-z]{1,9}",
        "[ -~]{0,6}",
        "[a-zà-ž]{2,8}",
        Just("van".to_owned()),
        Just("de".to_owned()),
        Just("Jr.".to_owned()),
        Just("Dr.".to_owned()),
        Just("née".to_owned()),
        Just("O'".to_owned()),
        Just("Mc".to_owned()),
        Just("al".to_owned()),
        Just("Maria".to_owned()),
        Just("García".to_owned()),
        Just("and".to_owned()),
        Just("III".to_owned()),
        Just("1st".to_owned()),
        Just("baron".to_owned()),
        Just("of".to_owned()),
        Just("王".to_owned()),
        Just("Иван".to_owned()),
        Just("J.".to_owned()),
        Just("Graf".to_owned()),
        Just("abdul".to_owned()),
    ];
    let joint = prop_oneof![
        Just(" "),
        Just(", "),
        Just("-"),
        Just(" ("),
        Just(") "),
        Just("\""),
        Just("."),
        Just(" & "),
        Just("/")
    ];
    prop::collection::vec((word, joint), 0..6).prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(word, joint)| [word, joint.to_owned()])
            .collect()
    })
}

#[test]
fn a_column_tells_the_order_of_names_that_do_not() {
    for (cell, given, family) in [
        ("Zorzut Ervino", "ervino", "zorzut"),
        ("Nagy Eszti", "eszti", "nagy"),
        ("Szabóné Tóth Ilona", "ilona", "szabone toth"),
        ("De Bruyne Jef", "jef", "de bruyne"),
        ("VAN DEN BROECK PIETER", "pieter", "van den broeck"),
        ("Jan Zorzut", "jan", "zorzut"),
        ("E. Zorzut", "e", "zorzut"),
        ("Zorzut, Ervino", "ervino", "zorzut"),
    ] {
        let name = full_ordered(cell, NameOrder::FamilyFirst);
        assert_eq!((&*name.given, &*name.family), (given, family), "{cell}");
    }
}

#[test]
fn particles_behind_the_given_name_are_the_familys() {
    for (cell, given, family) in [
        ("Vries, J. de", "j", "de vries"),
        ("Berg, Jan van den", "jan", "van den berg"),
        ("Dijk, van, P.J. (Pieter)", "p", "van dijk"),
        ("Beauvoir, Simone de", "simone", "de beauvoir"),
        ("Smith, John Van", "john", "smith"),
        ("Nguyen, Van", "van", "nguyen"),
    ] {
        let name = full(cell);
        assert_eq!((&*name.given, &*name.family), (given, family), "{cell}");
    }
}

#[test]
fn initials_behind_a_comma_make_a_person_of_a_firm() {
    let family = |cell: &str| among_firms(cell, true).family;
    assert_eq!(family("Vries, J. de"), "de vries");
    assert_eq!(family("El Amrani, Y."), "elamrani");
    for firm in [
        "Nordlys, S.A.",
        "Huber, Holz und Bau",
        "Harbor, B.V.",
        "Teal, Inc.",
    ] {
        assert_eq!(family(firm), "", "{firm}");
    }
    assert_eq!(among_firms("Vries, J. de", false), PersonName::default());
    for firm in ["Quinta do Vale, Lda", "TALLERES HERMANOS IBAÑEZ SL"] {
        assert!(full(firm).looks_like_organization, "{firm}");
    }
}

#[test]
fn who_only_called_is_nobody() {
    for nobody in [
        "Caller +46 8 555 01 00",
        "+1 212 555 0142",
        "Anrufer 030 555 01 42",
        "The Manager",
        "Accounts Payable",
        "Die Geschäftsleitung",
    ] {
        assert_eq!(full(nobody), PersonName::default(), "{nobody}");
    }
    for somebody in ["Caller Anna", "La Porte", "Post", "Sales Maria", "De Sales"] {
        assert_ne!(full(somebody), PersonName::default(), "{somebody}");
    }
    assert!(!full("Anna 2125550142").given.is_empty());
    assert_ne!(full("1004711"), PersonName::default(), "a pseudonym");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_normal_given_name_is_its_own(cell in cells()) {
        let once = given(&cell);
        let again = given(&once.given);
        prop_assert_eq!(&again.given, &once.given);
    }

    #[test]
    fn a_normal_family_name_is_its_own(cell in cells()) {
        let once = family(&cell);
        let again = family(&once.family);
        prop_assert_eq!(&again.family, &once.family);
    }

    #[test]
    fn no_word_is_lost(words in prop::collection::vec("[b-z][aeiou][b-z]{2,5}q", 1..5)) {
        // words that no vocabulary knows end up in some part
        let cell = words.join(" ");
        for name in [given(&cell), family(&cell), full(&cell)] {
            let kept = format!("{} {} {} {} {}", name.given, name.middle, name.family, name.territory, name.partner);
            for word in &words {
                prop_assert!(kept.contains(word.as_str()), "{} of {}", word, cell);
            }
        }
    }

    #[test]
    fn parts_are_folded(cell in cells(), wild in "\\PC{0,30}") {
        for name in [given(&cell), family(&cell), full(&cell), given(&wild), family(&wild), full(&wild)] {
            for part in [&name.given, &name.middle, &name.family, &name.honorific, &name.nickname, &name.previous_family, &name.territory, &name.partner] {
                prop_assert_eq!(&fold(part), part);
            }
        }
    }
}
