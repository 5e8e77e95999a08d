public import HTTPServer

/// Every endpoint of the service.
public enum Endpoints {
    /// The endpoints, on a service.
    public static func all(_ service: Service) throws(ServerError) -> [Endpoint] {
        try OperationsEndpoints.all(service) + TokenEndpoints.all(service) + GateEndpoints.all(service)
            + ScheduleEndpoints.all(service) + WaitingEndpoint.all(service)
            + CalendarEndpoints.all(service) + AdjustmentEndpoints.all(service)
            + ProjectEndpoints.all(service) + ManifestEndpoints.all(service) + FreightEndpoints.all(service)
            + ApprovalEndpoints.all(service)
            + WarehouseEndpoints.all(service) + HookEndpoints.all(service)
            + PromotionEndpoints.all(service)
            + BreakGlassEndpoints.all(service) + KargoEndpoints.all(service)
            + StageEndpoints.all(service) + HoldEndpoints.all(service) + FreezeEndpoints.all(service)
            + AuditEndpoints.all(service) + RollbackEndpoints.all(service)
    }
}
