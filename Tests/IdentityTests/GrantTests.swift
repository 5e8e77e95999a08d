import Identity
import SeededTesting
import Testing
import Time

/// One thing that somebody might do: with a role, in a place, at a time.
private struct Deed {
    let role: Role
    let project: String
    let stage: String
    let at: Instant

    /// Names and times that no grant mentions stand for all the others.
    static let all: [Deed] = Role.allCases.flatMap { role in
        ["a", "b", "c", "elsewhere"].flatMap { project in
            ["test", "prod", "elsewhere"].flatMap { stage in
                [5, 15, 25, 1_000].map {
                    Deed(role: role, project: project, stage: stage, at: Instant(microseconds: $0))
                }
            }
        }
    }

    func isAllowed(by grant: Grant) -> Bool {
        grant.roles.contains(Roles([role])) && grant.projects?.contains(project) != false
            && grant.stages?.contains(stage) != false
            && grant.expiresAt.map { at < $0 } != false
    }
}

extension Grant {
    fileprivate static func random(using generator: inout Seeded) -> Grant {
        func some(_ names: [String]) -> Set<String>? {
            guard Bool.random(using: &generator) else { return nil }
            let chosen = names.filter { _ in Bool.random(using: &generator) }
            return Set(chosen.isEmpty ? [names[0]] : chosen)
        }
        let roles = Role.allCases.filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
        let end: Int64? = [10, 20, 30, nil].randomElement(using: &generator) ?? nil
        return Grant(
            roles: Roles(roles.isEmpty ? [.viewer] : roles), projects: some(["a", "b", "c"]),
            stages: some(["test", "prod"]),
            expiresAt: end.map { Instant(microseconds: $0) })
    }
}

@Suite struct GrantTests {
    /// A grant covers another exactly if it allows every deed that the other allows.
    @Test func nothingIsLackingExactlyWhenEveryDeedIsCovered() async {
        let seed = UInt64.random(in: .min ... .max)
        print("grants were drawn with the seed \(seed)")
        var generator = Seeded(seed: seed)
        var (covered, lacking) = (0, 0)
        for _ in 0..<500 {
            // Other tests' servers share these threads.
            await Task.yield()
            let (has, wants) = (Grant.random(using: &generator), Grant.random(using: &generator))
            let isCovered = Deed.all.allSatisfy { !$0.isAllowed(by: wants) || $0.isAllowed(by: has) }
            #expect((has.lacking(for: wants) == nil) == isCovered, "seed \(seed): \(has) and \(wants)")
            if isCovered { covered += 1 } else { lacking += 1 }
        }
        #expect(covered > 0 && lacking > 0)
    }

    @Test func reachingAllIsAboutPlacesOnly() async {
        let seed = UInt64.random(in: .min ... .max)
        print("grants were drawn with the seed \(seed)")
        var generator = Seeded(seed: seed)
        for _ in 0..<500 {
            // Other tests' servers share these threads.
            await Task.yield()
            let (own, other) = (Grant.random(using: &generator), Grant.random(using: &generator))
            let places = Deed.all.filter {
                other.projects?.contains($0.project) != false && other.stages?.contains($0.stage) != false
            }
            let isCovered = places.allSatisfy { own.reaches(project: $0.project, stage: $0.stage) }
            #expect(own.reachesAll(of: other) == isCovered, "seed \(seed): \(own) and \(other)")
        }
    }

    @Test(arguments: [
        (Grant(roles: Roles([.viewer])), "the role admin"),
        (Grant(roles: Roles([.admin]), projects: ["a"]), "every project"),
        (Grant(roles: Roles([.admin]), stages: ["test"]), "every stage"),
        (Grant(roles: Roles([.admin]), expiresAt: Instant(microseconds: 0)), "a life beyond 1970-01-01T00:00:00Z"),
    ])
    func whatIsLackingIsNamed(has: Grant, missing: String) {
        #expect(has.lacking(for: Grant(roles: Roles([.admin]))) == missing)
    }

    @Test func aGrantReachesItsOwnPlaces() {
        let grant = Grant(roles: .all, projects: ["a"], stages: ["test"])
        #expect(grant.reaches(project: "a", stage: "test"))
        #expect(!grant.reaches(project: "a", stage: "prod"))
        #expect(!grant.reaches(project: "b", stage: "test"))
        #expect(!grant.reaches(project: "a"))
        #expect(Grant(roles: .all).reaches(project: "any"))
    }

    @Test(
        arguments: [
            (nil, nil, [true, true, true]), (["a"], nil, [false, true, true]), (nil, ["test"], [false, false, true]),
            (["a"], ["test"], [false, false, true]), (["a"], ["prod"], [false, false, false]),
            (["b"], nil, [false, false, false]),
        ] as [(Set<String>?, Set<String>?, [Bool])])
    func whatConcernsNoPlaceIsForWhoeverReachesAllOfIt(
        _ projects: Set<String>?, _ stages: Set<String>?, _ shown: [Bool]
    ) {
        let grant = Grant(roles: .all, projects: projects, stages: stages)
        let places = [(nil, nil), ("a", nil), ("a", "test")] as [(String?, String?)]
        #expect(places.map { grant.shows(project: $0.0, stage: $0.1) } == shown)
    }

    @Test func aSetOfRolesKeepsExactlyItsRoles() {
        for role in Role.allCases { #expect(Roles([role]).list == [role]) }
        #expect(Roles.all.list == Role.allCases)
        #expect(Roles.readers.list == Role.allCases.filter { $0 != .gate && $0 != .ci })
    }
}
