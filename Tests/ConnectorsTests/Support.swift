import Connectors
import HTTPClient

/// A client of registries as most tests want it.
func registry(
    credentials: Credentials = Credentials(), allowed: AllowedHosts = AllowedHosts(),
    limits: RegistryLimits = RegistryLimits()
) -> Registry {
    Registry(
        client: HTTPClient(HTTPClientConfiguration(userAgent: "tests/1")), credentials: credentials, allowed: allowed,
        limits: limits)
}
