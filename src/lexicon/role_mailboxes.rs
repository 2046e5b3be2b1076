//! Local parts of mailboxes that belong to a role, not to a person: info, sales, Buchhaltung, comptabilité, …
//!
//! Sources: the role names of RFC 2142 (postmaster, hostmaster, abuse, webmaster, …) and words for departments
//! compiled by hand for this project in twenty-odd languages. A mailbox that many people share is weak evidence
//! that two of them are one.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use crate::lexicon::word_key::word_key;

const WORDS: &str = "\
abuse accounting accounts accountspayable accountsreceivable admin administration administrator ads advertising \
all alle anfrage anmeldung ap apply ar archiv assistance atencion atencionalcliente auftrag auskunft backoffice \
bestellung bestellungen bewerbung billing biuro board booking bookings bookkeeping boutique buchhaltung buchung \
business buero cancellations career careers ceo cfo chancellery commercial compliance compras comptabilite \
comptes comunicacion comunicazione contabilidad contabilidade contabilita contact contacto contactus contactenos \
contato contatto contatti cto customer customercare customers customerservice customersupport data dataprotection \
datenschutz delivery department design desk dev developers direccion direction direktion dispatch \
dns donotreply dpo edv einkauf email empfang employment enquiries enquiry events export facturacion factura facturen \
facturatie faktura faktury fattura fatture faturamento fax feedback finance finances financas finanzas ftp fundraising \
general geral gerencia geschaeftsleitung geschaeftsfuehrung geschäftsleitung geschäftsführung gdpr hallo headoffice hello help helpdesk hi hilfe hola \
hostmaster hotline hr hrd human humanresources ict ideas impressum info infodesk informacion informatica information \
informatie informatique informazioni informes infos inquiries inquiry instagram international invoice invoices \
invoicing it itsupport jobs kancelaria kanzlei klantenservice kontakt kontor kundendienst kundenservice kundservice \
kundeservice laboratorio leads legal list listserv logistica logistics logistik logistique lohn mail mailbox \
mailerdaemon mailing maintenance management manager marketing markting media mediation member members membership \
mis moderator newsletter nachricht news noc nobody noreply noreplay notifications notify office offers oferta ofertas \
online operations opt order orders ordini pagos partner partners payments payroll pedidos personal personalabteilung \
personnel post posta postamt poststelle postmaster praxis presse prensa press privacy procurement prodaja products \
produktion projects promo protection publicidad publicity purchase purchasing qualitaet quality questions rechnung \
rechnungen reception recepcion recepcja receptie recruiting recruitment recursoshumanos redaktion redaction registrar \
registration reklamation request rental reparatur reply requests reservas reservation reservations reservierung \
resume returns rezeption rh root rrhh sac sales sale salesteam school secretaria secretariat secretary \
secretariaat secretaris security segreteria sekretariat sekretariaat sekretaerin seo service servicedesk serviceclient \
servicio servicioalcliente servis services shipping shop sklep social soporte spam staff stage \
sponsors statements store studio subscribe subscriptions suggestions supply support suporte sysadmin system team \
tech technical technicalsupport technik telefonzentrale testing ticket tickets tourism training travel ufficio undisclosed \
unsubscribe uucp usenet verkauf verkoop vendas vente ventes ventas vendite versand vertrieb verwaltung visit voicemail \
volunteer vorstand web webmaster website webshop welcome werbung werkstatt wholesale willkommen work www zakaz \
zentrale zamowienia infoline obchod obchodni objednavky podpora fakturace uctarna ugyfelszolgalat iroda penzugy \
ertekesites myynti asiakaspalvelu laskutus toimisto posti salg regnskab okonomi bokforing ekonomi forsaljning \
reception kundetjeneste satis muhasebe destek bilgi iletisim insankaynaklari pazarlama prodazhi buh buhgalteria \
otdel zakupki kadry otdelkadrov sekretar priemnaya sprzedaz ksiegowosc kadry pomoc reklama bok sekretariatul vanzari \
contabilitate suport relatii comenzi xiaoshou kefu toiawase eigyo soumu jinji penjualan keuangan layanan \
rendeles rendelesek megrendeles szamlazas penztar vevoszolgalat titkarsag recepcio administratie bestellingen \
klantcontact inkoop boekhouding planning balie hej kundtjanst kundsupport bestallning ordrer bestilling bogholderi \
regnskap tilaukset myyntipalvelu vastaanotto siparis siparisler musteri resepsiyon narudzbe narudzba racunovodstvo \
uprava nabava objednavka uctovnictvo predaj narocila racuni tellimus raamatupidamine pasutijumi gramatvediba \
uzsakymai buhalterija poruchki schetovodstvo paraggelies logistirio pelates zamovlennia \
инфо продажи отделкадров бухгалтерия поддержка почта";

static ROLES: LazyLock<HashSet<String, FixedState>> =
    LazyLock::new(|| WORDS.split(' ').map(|w| word_key(w).into_owned()).collect());

/// Words shorter than this count only when written without separators: `it` is a role, `i.t` are initials.
const SHORTEST_JOINED: usize = 5;

/// Takes the local part of an address, gives true when it names a role. Dots, hyphens and digits at the end do not
/// matter (`customer-service2`), nor does a country or language code after a separator (`info-de`, `sales.uk`).
#[must_use]
pub fn is_role(local: &str) -> bool {
    let separator = |c: char| matches!(c, '.' | '-' | '_');
    let trimmed = local.trim_end_matches(|c: char| c.is_ascii_digit() || separator(c));
    if trimmed.is_empty() {
        return false;
    }
    if ROLES.contains(word_key(trimmed).as_ref()) {
        return trimmed.len() >= SHORTEST_JOINED || !trimmed.contains(separator);
    }
    match trimmed.rsplit_once(separator) {
        Some((head, tail)) => {
            tail.len() <= 2 && head.len() > 2 && ROLES.contains(word_key(head).as_ref())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_from_people() {
        for role in [
            "info",
            "sales",
            "SALES",
            "no-reply",
            "do_not_reply",
            "customer.service",
            "info2",
            "info-de",
            "sales.uk",
            "buchhaltung",
            "comptabilité",
            "ventas",
            "kontakt",
            "biuro",
            "postmaster",
            "servicio.al.cliente",
            "reception",
        ] {
            assert!(is_role(role), "{role}");
        }
        for person in [
            "j.smith",
            "anna",
            "info.smith",
            "sally",
            "marketta",
            "sales.anna",
            "mailer",
            "rootham",
            "",
            "12",
            "it.mueller",
            "i.t",
            "a.p",
            "sales.ann",
        ] {
            assert!(!is_role(person), "{person}");
        }
    }
}
