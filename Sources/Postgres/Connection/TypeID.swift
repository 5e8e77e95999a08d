import CPostgres

/// The OIDs of the built-in types that are read and written here; they never change between releases.
enum TypeID {
    static let bool: Oid = 16
    static let bytea: Oid = 17
    static let name: Oid = 19
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let oid: Oid = 26
    static let json: Oid = 114
    static let float4: Oid = 700
    static let float8: Oid = 701
    static let unknown: Oid = 705
    static let bpchar: Oid = 1042
    static let varchar: Oid = 1043
    static let timestamptz: Oid = 1184
    static let uuid: Oid = 2950
    static let jsonb: Oid = 3802
    static let xid8: Oid = 5069
    /// From here on types are the schema's own; those that we read are enums, whose binary form is their label.
    static let firstOfSchema: Oid = 16384
}

extension TypeID {
    /// bool[], name[], int2[], int4[], text[], bpchar[], varchar[], int8[], oid[], json[], uuid[], jsonb[], xid8[].
    private static let arrays: Set<Oid> = [1000, 1003, 1005, 1007, 1009, 1014, 1015, 1016, 1028, 199, 2951, 3807, 271]

    static func isArray(_ type: Oid) -> Bool {
        type >= firstOfSchema || arrays.contains(type)
    }
}
