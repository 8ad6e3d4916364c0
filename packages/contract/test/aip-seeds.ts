/** A fault planted into fixtures/aip/shop.proto, and the one rule that has to see it. */
export interface Seed {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  /** Rules that the fault breaks too. */
  readonly also?: readonly string[];
  /** Every place and not the first alone. */
  readonly everywhere?: boolean;
}

const seed = (rule: string, from: string, to: string): Seed => ({ rule: `AIP-${rule}`, from, to });

const optional = "[(google.api.field_behavior) = OPTIONAL]";
const bookReference = ', (google.api.resource_reference).type = "shop.example/Book"';
const requestId = "[(buf.validate.field).string.uuid = true, (staymesh.options.v1.field).transport = true]";

/** A field that is asked for belongs into the signature too. */
const signed = (one: Seed): Seed => ({ ...one, also: ["AIP-4232/signature"] });

export const seeds: readonly Seed[] = [
  // Resources
  seed("122/name-field", "string name = 1 [(google.api.field_behavior) = IDENTIFIER];\n}", "string name = 1;\n}"),
  seed("122/name-field", "  // Its name.\n  string name = 1 [(google.api.field_behavior) = IDENTIFIER];\n}", "}"),
  seed(
    "122/name-field",
    "  // Its name.\n  string name = 1 [(google.api.field_behavior) = IDENTIFIER];\n}",
    "  // Its size.\n  int32 size = 2;\n  // Its name.\n  string name = 1 [(google.api.field_behavior) = IDENTIFIER];\n}",
  ),
  seed("122/reference", bookReference, ""),
  seed("122/reference", "google.protobuf.Timestamp create_time = 1;", "string shelf = 1;"),
  seed("122/known-type", bookReference, ', (google.api.resource_reference).type = "shop.example/Tome"'),
  { ...seed("123/type", "shop.example/Shelf", "shop.example/shelf"), everywhere: true },
  seed("123/pattern", 'pattern: "shelves/{shelf}"', 'pattern: "shelves/{shelf_id}"'),
  seed("123/pattern", 'pattern: "shelves/{shelf}"', 'pattern: "shelves/{rack}"'),
  seed("123/words", 'plural: "shelves"', 'plural: "racks"'),
  seed(
    "123/distinct",
    'pattern: "shelves/{shelf}/books/{book}"',
    'pattern: "shelves/{shelf}/books/{book}"\n    pattern: "shelves/{rack}/books/{book}"',
  ),
  seed("148/times", "create_time = 4 [(google.api.field_behavior) = OUTPUT_ONLY]", `create_time = 4 ${optional}`),
  seed("148/texts", "string display_name = 2", "bool display_name = 2"),
  // Routes
  seed("127/annotation", 'option (google.api.http) = {get: "/v1/books:search"};', ""),
  seed("127/words", "/v1/books:search", "/v1/all-books:search"),
  seed("127/resource", 'get: "/v1/{name=shelves/*/books/*}"', 'get: "/v1/{name=racks/*/books/*}"'),
  seed("127/body", 'delete: "/v1/{name=shelves/*/books/*}"', 'delete: "/v1/{name=shelves/*/books/*}" body: "*"'),
  seed("185/version", "/v1/books:search", "/v2/books:search"),
  // Methods
  seed(
    "131/get",
    "returns (Book) {\n    option (google.api.http) = {get",
    "returns (Shelf) {\n    option (google.api.http) = {get",
  ),
  seed("131/get", 'get: "/v1/{name=shelves/*/books/*}"', 'get: "/v1/books"'),
  seed(
    "132/list",
    "repeated Book books = 1;\n  // Where to go on.\n  string next_page_token = 2;\n}\n\n// Asks for a new",
    "repeated Book items = 1;\n  // Where to go on.\n  string next_page_token = 2;\n}\n\n// Asks for a new",
  ),
  seed("132/list", 'get: "/v1/{parent=shelves/*}/books"', 'get: "/v1/books"'),
  seed("132/order", "string order_by = 5", "string sort_order = 5"),
  seed(
    "133/create",
    'body: "book"};\n    option (google.api.method_signature) = "parent',
    'body: "*"};\n    option (google.api.method_signature) = "parent',
  ),
  { ...seed("133/id", "book_id", "tome_id"), everywhere: true },
  seed("133/creates", "{creates: true}", "{creates: false}"),
  seed("134/update", "patch: ", "put: "),
  seed("134/mask", "google.protobuf.FieldMask update_mask = 2", "string update_mask = 2"),
  seed("134/mask", `update_mask = 2 ${optional}`, "update_mask = 2 [(google.api.field_behavior) = REQUIRED]"),
  seed(
    "135/delete",
    "returns (google.protobuf.Empty) {\n    option (google.api.http) = {delete",
    "returns (Shelf) {\n    option (google.api.http) = {delete",
  ),
  seed("136/verb", "books/*}:lend", "books/*}:borrow"),
  seed("136/verb", "books/*}:lend", "books/*}/lendings"),
  seed("136/http", 'post: "/v1/{name=shelves/*/books/*}:lend"', 'put: "/v1/{name=shelves/*/books/*}:lend"'),
  { ...seed("136/prepositions", "LendBook", "LendToReader"), everywhere: true },
  seed("136/names", "rpc LendBook(LendBookRequest)", "rpc LendBook(ExportBookRequest)"),
  seed("231/batch", "books:batchDelete", "books:batch"),
  seed("4232/signature", 'option (google.api.method_signature) = "parent,book,book_id";', ""),
  seed("4232/signature", '"parent,book,book_id"', '"parent,book"'),
  seed("4232/signature", '"parent,book,book_id"', '"parent,book,book_id,shelf"'),
  seed("151/types", 'response_type: "Book"', 'response_type: "Tome"'),
  seed(
    "151/creates",
    'metadata_type: "ExportBookMetadata"};',
    'metadata_type: "ExportBookMetadata"};\n    option (staymesh.options.v1.method) = {creates: true};',
  ),
  // Lists
  seed(
    "158/answer",
    "  repeated Book books = 1;\n  // Where to go on.\n  string next_page_token = 2;\n}\n\n// Asks to remove",
    "  repeated Book books = 1;\n}\n\n// Asks to remove",
  ),
  seed("158/request", `int32 page_size = 2 ${optional}`, `string page_size = 2 ${optional}`),
  signed(seed("158/optional", `page_size = 2 ${optional}`, "page_size = 2 [(google.api.field_behavior) = REQUIRED]")),
  seed("160/filter", "string filter = 4", "int32 filter = 4"),
  seed("160/filter", "string filter = 4", "string where = 4"),
  // Writes
  seed("155/request-id", `  string request_id = 4 ${requestId};\n  // Only tries it.\n`, ""),
  seed("155/request-id", "(buf.validate.field).string.uuid = true, (staymesh", "(staymesh"),
  seed("155/request-id", ", (staymesh.options.v1.field).transport = true", ""),
  seed("163/validate-only", "bool validate_only = 5", "bool dry_run = 5"),
  seed("154/etag", "string etag = 2", "string version = 2"),
  seed("154/version", "string etag = 10", "string version = 10"),
  // Fields
  seed("140/snake-case", "string query = 1", "string searchQuery = 1"),
  seed("140/prepositions", "string query = 1", "string text_in_title = 1"),
  seed("140/plural", "repeated string authors", "repeated string author"),
  seed("140/uri", "cover_uri", "cover_url"),
  seed("140/boolean", "bool lendable", "bool is_lendable"),
  seed("141/count", "page_count", "num_pages"),
  seed("141/unsigned", "int32 page_count", "uint32 page_count"),
  seed("142/time", "google.protobuf.Timestamp create_time = 1;", "google.protobuf.Timestamp asked = 1;"),
  seed("142/time", "google.protobuf.Timestamp create_time = 1;", "google.protobuf.Timestamp created_time = 1;"),
  seed("142/time", "google.protobuf.Timestamp create_time = 1;", "string create_time = 1;"),
  seed("142/duration", "lending_duration", "lending"),
  seed("142/duration", "google.protobuf.Duration lending_duration", "int32 lending_seconds"),
  seed("143/codes", "string currency_code", "string currency"),
  seed("146/any", "google.protobuf.Timestamp create_time = 1;", "google.protobuf.Any fact = 1;"),
  seed("203/behavior", `string query = 1 ${optional};`, "string query = 1;"),
  signed(
    seed(
      "203/contradiction",
      `string query = 1 ${optional};`,
      "string query = 1 [(google.api.field_behavior) = OUTPUT_ONLY, (google.api.field_behavior) = REQUIRED];",
    ),
  ),
  // Enums and reasons
  seed("126/zero", "STATE_UNSPECIFIED", "SOMEWHERE"),
  seed("126/values", "LENT = 2", "Lent = 2"),
  seed("126/boolean", "THERE = 1;\n    // With a reader.\n    LENT = 2", "YES = 1;\n    // With a reader.\n    NO = 2"),
  seed("216/state", "State state = 3 [(google.api.field_behavior) = OUTPUT_ONLY]", `State state = 3 ${optional}`),
  seed("216/state", "State state = 3", "State status = 3"),
  seed("216/state", "State state = 3", "string state = 3"),
  seed("193/reasons", "http_status: 409", "http_status: 200"),
  seed("193/reasons", '"The book is lent"', '"the book is lent."'),
  seed("193/reasons", "Wait until it is back.", "wait"),
  seed("193/reasons", "SHOP_REASON_BOOK_LENT", `SHOP_REASON_${"VERY_".repeat(12)}LONG`),
  // Comments
  seed("192/methods", "  // Lends a book.\n", ""),
  seed("192/messages", "  // Words of the title.\n", ""),
  seed("192/enums", "    // On its shelf.\n", ""),
  seed(
    "192/deprecated",
    `string query = 1 ${optional}`,
    "string query = 1 [(google.api.field_behavior) = OPTIONAL, deprecated = true]",
  ),
];
