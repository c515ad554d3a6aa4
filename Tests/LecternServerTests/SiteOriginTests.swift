import HTTPTypes
import Testing

@testable import LecternServer

struct SiteOriginTests {
    @Test func `an origin is what browsers send, whatever page is named`() {
        #expect(SiteOrigin("https://Me.Example/learn/?x#y")?.text == "https://me.example")
        #expect(SiteOrigin("https://me.example:443/")?.text == "https://me.example")
        #expect(SiteOrigin("http://localhost:8080/")?.text == "http://localhost:8080")
        for text in ["me.example", "ftp://me.example", "https://", "https://a@b/", "https://me.example:0/", "https://me.example:99999/", "https://[::1]/", "https://me example/", "https://me.example\\@evil.example/"] {
            #expect(SiteOrigin(text) == nil, "\(text)")
        }
    }

    @Test func `only the site's own pages may change something`() throws {
        let site = try #require(SiteOrigin("https://me.example/"))
        func trusts(_ fields: [(HTTPField.Name, String)]) -> Bool {
            var headers = HTTPFields()
            for field in fields { headers.append(HTTPField(name: field.0, value: field.1)) }
            return site.isTrusted(headers)
        }
        #expect(trusts([(.origin, "https://me.example")]))
        #expect(trusts([(.secFetchSite, "same-origin")]) && trusts([(.secFetchSite, "same-site")]))
        #expect(!trusts([]))
        for origin in ["null", "http://me.example", "https://me.example.evil.example", "https://evil.example", "https://me.example:8443", "https://ME.example"] {
            #expect(!trusts([(.origin, origin), (.secFetchSite, "same-origin")]), "\(origin)")
        }
        #expect(!trusts([(.origin, "https://me.example"), (.origin, "https://evil.example")]))
        #expect(!trusts([(.secFetchSite, "cross-site")]) && !trusts([(.secFetchSite, "none")]))
    }
}
