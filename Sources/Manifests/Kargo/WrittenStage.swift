import Promotions

/// A Stage as it was written, with the places where others are named.
struct WrittenStage {
    /// Freight that it takes in.
    struct Request {
        let request: FreightRequest
        /// Where the Warehouse is named.
        let place: Place
        /// Where each of the Stages before is named.
        let upstream: [Place]
    }

    /// What Kargo would do to bring Freight in.
    struct Steps {
        /// What they are called, each once.
        let names: [String]
        let place: Place
        /// Images that they speak of.
        let images: [(repository: String, place: Place)]
    }

    let name: String
    let place: Place
    let requests: [Request]
    let steps: Steps?
}
