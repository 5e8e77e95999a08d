import ICU

/// Which names of zones are taken. Each zone has one, the one that tzdata's own tables use, so that two policies that
/// mean the same zone say the same.
enum ZoneName {
    /// Zones that tzdata has renamed. ICU never changes a name: it keeps the old one and calls the new one an alias.
    private static let renamed = [
        "Africa/Asmera": "Africa/Asmara",
        "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
        "America/Catamarca": "America/Argentina/Catamarca",
        "America/Coral_Harbour": "America/Atikokan",
        "America/Cordoba": "America/Argentina/Cordoba",
        "America/Godthab": "America/Nuuk",
        "America/Indianapolis": "America/Indiana/Indianapolis",
        "America/Jujuy": "America/Argentina/Jujuy",
        "America/Louisville": "America/Kentucky/Louisville",
        "America/Mendoza": "America/Argentina/Mendoza",
        "Asia/Calcutta": "Asia/Kolkata",
        "Asia/Katmandu": "Asia/Kathmandu",
        "Asia/Rangoon": "Asia/Yangon",
        "Asia/Saigon": "Asia/Ho_Chi_Minh",
        "Atlantic/Faeroe": "Atlantic/Faroe",
        "Europe/Kiev": "Europe/Kyiv",
        "Pacific/Enderbury": "Pacific/Kanton",
        "Pacific/Ponape": "Pacific/Pohnpei",
        "Pacific/Truk": "Pacific/Chuuk",
    ]
    /// ICU has them, and they stand for "no zone was chosen".
    private static let placeholders: Set<String> = ["Etc/Unknown", "Factory"]

    /// ICU's name of the zone that a name stands for.
    ///
    /// ICU itself refuses nothing: it takes a misspelt zone for Greenwich, and an abbreviation for a fixed offset.
    static func canonical(_ name: String) throws(ZoneError) -> String {
        guard (1...64).contains(name.utf8.count) else {
            throw .unknown(name: name, advice: "write the name of a zone, such as America/New_York")
        }
        do {
            guard let canonical = try ZoneReader.canonicalName(of: name), !placeholders.contains(canonical) else {
                throw ZoneError.unknown(name: name, advice: try advice(on: name))
            }
            let accepted = renamed[canonical] ?? canonical
            // Everybody writes UTC.
            guard name == accepted || name == "UTC" else { throw ZoneError.otherName(name: name, of: accepted) }
            return canonical
        } catch let error as ZoneError {
            throw error
        } catch {
            throw .unreadable(name: name, reason: "\(error)")
        }
    }

    /// Every name that is taken, but UTC.
    static func all() throws(ICUError) -> [String] {
        try ZoneReader.canonicalNames().filter { !placeholders.contains($0) }.map { renamed[$0] ?? $0 }
    }

    private static func advice(on name: String) throws(ICUError) -> String {
        // Before looking for a like name: Etc/GMT+5 is five hours behind UTC, and hardly what 'GMT+5' was to say.
        if name.contains(where: \.isNumber), !name.contains("/") {
            return "an offset does not know of summer time; write the name of a place's zone, such as "
                + "America/New_York, or UTC"
        }
        let wanted = plain(name)
        let near = try all().first { plain($0) == wanted || plain($0).hasSuffix("/" + wanted) }
        if let near { return "write \(near)" }
        return "names are those of the IANA time zone database that ICU has (\(ICU.tzdataVersion() ?? "unreadable")), "
            + "such as America/New_York"
    }

    private static func plain(_ name: String) -> String {
        String(name.lowercased().map { $0 == " " ? "_" : $0 })
    }
}
