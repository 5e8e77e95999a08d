import Connectors
import Promotions
import RegistryTesting
import Testing
import Time

/// Why the list of tags is not told.
private func reason(
    _ fake: FakeRegistry, _ client: Registry = registry(), of image: String? = nil
) async -> RegistryError.Reason? {
    do throws(RegistryError) {
        _ = try await client.tags(of: image ?? fake.image)
        return nil
    } catch {
        return error.reason
    }
}

@Suite struct RegistryFaultTests {
    private let fake: FakeRegistry

    init() throws { fake = try FakeRegistry() }

    @Test(arguments: [
        (404, nil, RegistryError.Reason.notFound),
        (429, "7", .tooManyRequests(after: .seconds(7))),
        (429, "Wed, 21 Oct 2026 07:28:00 GMT", .tooManyRequests(after: nil)),
        (429, "99999999999", .tooManyRequests(after: nil)),
        (500, nil, .failed(status: 500, after: nil)),
        (503, "3", .failed(status: 503, after: .seconds(3))),
        (401, nil, .notLetIn(status: 401, hasCredentials: false)),
        (403, nil, .notLetIn(status: 403, hasCredentials: false)),
        (302, nil, .redirected),
        (418, nil, .unexpected(status: 418)),
    ])
    func statusesAreTold(status: Int, after: String?, expected: RegistryError.Reason) async {
        fake.instead { _, _ in .status(status, after.map { [("Retry-After", $0)] } ?? []) }
        #expect(await reason(fake) == expected)
    }

    @Test(arguments: [
        "", "[", "{}", "[]", #"{"tags":7}"#, #"{"tags":[7]}"#, #"{"tags":["a b"]}"#, #"{"tags":["../../secret"]}"#,
        #"{"tags":[""]}"#, #"{"tags":["a"],"tags":[]}"#, "{\"tags\":[\"\u{e9}\"]}",
    ])
    func nonsenseIsRefused(body: String) async {
        fake.instead { _, _ in .status(200, [], body) }
        guard case .badAnswer = await reason(fake) else {
            Issue.record("'\(body)' was taken")
            return
        }
    }

    @Test func aRepositoryWithoutTagsIsEmpty() async throws {
        fake.instead { _, _ in .status(200, [], #"{"name":"app","tags":null}"#) }
        #expect(try await registry().tags(of: fake.image) == [])
    }

    @Test func silenceEnds() async {
        var limits = RegistryLimits()
        limits.timeoutMilliseconds = 300
        fake.instead { _, _ in .silence }
        #expect(await reason(fake, registry(limits: limits)) == .slow)
    }

    @Test func pagesAreFollowedWhereverTheyLead() async throws {
        let pages = ["a", "b", "c"]
        fake.instead { _, request in
            let page = request.target.split(separator: "last=").count > 1 ? request.target.last.map(String.init) : nil
            let next = page.flatMap { pages.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
            let link = next < 2 ? [("Link", "<http://elsewhere.test/any?n=1&last=\(pages[next])>; rel=\"next\"")] : []
            return .status(200, link, #"{"tags":["\#(pages[next])","a"]}"#)
        }
        #expect(try await registry().tags(of: fake.image) == pages)
        #expect(
            fake.asked.map(\.request.target) == ["", "?n=1&last=a", "?n=1&last=b"].map { "/v2/app/tags/list" + $0 })
    }

    @Test func endlessPagesEnd() async {
        var limits = RegistryLimits()
        limits.pages = 5
        fake.instead { _, _ in .status(200, [("Link", "</v2/app/tags/list?last=a>; rel=next")], #"{"tags":["a"]}"#) }
        #expect(await reason(fake, registry(limits: limits)) == .tooManyPages(limit: 5))
        #expect(fake.takeCounts() == ["tags": 5])
    }

    @Test func moreTagsThanAreReadAreRefused() async {
        var limits = RegistryLimits()
        limits.tags = 2
        for tag in ["a", "b", "c"] { fake.push(tag) }
        #expect(await reason(fake, registry(limits: limits)) == .tooManyTags(limit: 2))
    }

    @Test func anAnswerThatIsTooLargeIsRefused() async {
        var limits = RegistryLimits()
        limits.pageBytes = 1_000
        fake.instead { _, _ in .status(200, [], #"{"tags":[],"x":"\#(String(repeating: "x", count: 2_000))"}"#) }
        #expect(await reason(fake, registry(limits: limits)) == .tooLarge(limit: 1_000))
    }

    @Test(arguments: ["example.com/app", "10.0.0.1/app", "app", "127.0.0.1.evil.test/app", "127.evil.test/app"])
    func hostsThatNobodyAllowedAreNotAsked(image: String) async {
        #expect(await reason(fake, of: image) == .hostNotAllowed)
    }

    @Test(arguments: [
        "", "/app", "https://ghcr.io/app", "App", "localhost:5000/", "localhost:5000/../x", "a:b/c", "a/b:c",
    ])
    func namesThatAreNoneAreRefused(image: String) async {
        #expect(await reason(fake, of: image) == .badName)
    }
}

@Suite struct DigestTests {
    private let fake: FakeRegistry

    init() throws { fake = try FakeRegistry() }

    private func reason(_ subscription: ImageSubscription) async -> RegistryError.Reason? {
        do throws(PollError) {
            var knowledge = ImageKnowledge()
            _ = try await registry().poll(subscription, knowing: &knowledge)
            return nil
        } catch {
            guard case .registry(let error) = error else { return nil }
            return error.reason
        }
    }

    @Test func theDigestOfATagIsToldByAHEADForEveryForm() async throws {
        let digest = fake.push("1.0.0")
        #expect(try await registry().digest(of: "1.0.0", in: fake.image)?.description == digest)
        #expect(try await registry().digest(of: "2.0.0", in: fake.image) == nil)
        let accept = try #require(fake.asked.first?.request.headers["accept"])
        #expect(accept.split(separator: ",").count == 4)
        for type in ["image.index.v1", "image.manifest.v1", "manifest.list.v2", "distribution.manifest.v2"] {
            #expect(accept.contains(type))
        }
    }

    @Test func aMissingDigestAndOneThatIsNoneAreTold() async {
        fake.push("1.0.0")
        fake.instead { _, _ in .status(200) }
        await #expect(throws: RegistryError.self) { try await registry().digest(of: "1.0.0", in: fake.image) }
        fake.instead { _, _ in .status(200, [("Docker-Content-Digest", "sha256:12")]) }
        do throws(RegistryError) {
            _ = try await registry().digest(of: "1.0.0", in: fake.image)
            Issue.record("a digest that is none was taken")
        } catch {
            #expect(error.reason == .badDigest)
            #expect(error.reference == "1.0.0")
            #expect(error.description.contains("1.0.0"))
        }
    }

    @Test func bytesThatAreNotThoseOfTheDigestAreRefused() async throws {
        let digest = fake.push("1.0.0")
        fake.instead { [fake] ask, _ in
            guard case .manifest("1.0.0") = ask else { return .usual }
            var answer = fake.usual(ask)
            answer.body.append(UInt8(ascii: " "))
            return .answer(answer)
        }
        let found = await reason(ImageSubscription(repository: fake.image))
        guard case .lies(let expected, _) = found else {
            Issue.record("not refused: \(String(describing: found))")
            return
        }
        #expect(expected.description == digest)
    }

    @Test func aBlobThatIsNotThatOfItsDigestIsRefused() async throws {
        fake.push("1.0.0")
        fake.instead { ask, _ in
            if case .blob = ask { return .status(200, [], #"{"os":"linux","architecture":"amd64"}"#) }
            return .usual
        }
        guard case .lies = await reason(ImageSubscription(repository: fake.image)) else {
            Issue.record("not refused")
            return
        }
    }
}
