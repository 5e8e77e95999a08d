import TimeZones

extension Findings {
    /// Refuses a calendar that there is not.
    mutating func check(calendar id: String, at place: Place) {
        guard let world, !world.calendars.contains(id) else { return }
        let advice = suggestion(for: id, among: world.calendars.sorted())
        if world.hasAllCalendars {
            refuse(place, "there is no calendar \(quoted(id))", hint: advice)
        } else {
            warn(place, "only the server knows whether it has the calendar \(quoted(id))", hint: advice)
        }
    }

    /// The rules of the zone of one more window, if they can be trusted; a zone that there is not is refused.
    mutating func zone(_ id: String, at place: Place) -> ZoneRules? {
        guard let world else { return nil }
        windows += 1
        guard windows <= ManifestLimits.windows else {
            if windows == ManifestLimits.windows + 1 {
                refuse(place, "more than \(ManifestLimits.windows) windows in one project")
            }
            return nil
        }
        do throws(ZoneError) {
            switch try world.zone(id) {
            case .trusted(let rules): return rules
            case .untrusted(let reason):
                // No mistake of whoever wrote it; the gate cannot tell until somebody mends the machine.
                warn(place, reason)
                return nil
            }
        } catch {
            refuse(place, error.description)
            return nil
        }
    }
}
