/// Keeps the newest of several readings, which may end in another order than they began.
///
/// A reading that began after a change shows it; one that began before must not hide it again by ending later.
struct Newest<Value: Sendable>: Sendable {
    /// What the newest reading found.
    private(set) var value: Value
    private var begun = 0
    private var shown = 0

    /// Shows this until a reading has ended.
    init(_ value: Value) {
        self.value = value
    }

    /// Begins a reading.
    mutating func begin() -> Int {
        begun += 1
        return begun
    }

    /// Ends a reading; what it found is dropped if one that began later has ended before.
    mutating func end(_ reading: Int, with found: Value) {
        guard reading > shown else { return }
        shown = reading
        value = found
    }
}
