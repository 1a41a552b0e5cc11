using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tests.Live;

/// <summary>Who gets the page and who does not. Requests are written byte by byte: clients of the library would make the hostile ones harmless.</summary>
public sealed class LiveServerTests : IDisposable
{
    private static readonly string[] Paths = ["/", "/live", "/report.js", "/figures/loss/0", "/later/embeddings", "/nothing"];

    private readonly ServedSweep served = new(points: 3);

    [Fact]
    public void Without_the_token_nothing_is_told()
    {
        foreach (var path in Paths)
        {
            foreach (var query in new[] { "", "?token=", "?token=0", $"?token={served.Token[1..]}", $"?token={served.Token}0", $"?TOKEN={new string('0', 32)}" })
            {
                var answer = Ask($"GET {path}{query} HTTP/1.1");
                Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
                Assert.DoesNotContain("formula", answer, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("Set-Cookie", answer, StringComparison.OrdinalIgnoreCase);
            }
        }

        Assert.StartsWith("HTTP/1.1 403", Ask("GET / HTTP/1.1", $"Cookie: vicreg-sweep-{served.Url.Port}={served.Token}"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_token_becomes_a_cookie_that_neither_scripts_nor_other_sites_get()
    {
        var first = Ask($"GET /?token={served.Token} HTTP/1.1");
        var cookie = first.Split("\r\n").Single(l => l.StartsWith("Set-Cookie: ", StringComparison.OrdinalIgnoreCase))["Set-Cookie: ".Length..];

        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(served.Token, cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(served.Token, first[first.IndexOf("\r\n\r\n", StringComparison.Ordinal)..], StringComparison.Ordinal);
        var later = Ask("GET / HTTP/1.1", $"Cookie: {cookie.Split(';')[0]}");
        Assert.StartsWith("HTTP/1.1 200", later, StringComparison.Ordinal);
        Assert.Contains("Does it add up?", later, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/../../../../etc/passwd")]
    [InlineData("/%2e%2e/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/figures/..%2f..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/figures/../../sweep.db")]
    [InlineData("/figures/%2e%2e%2fsweep.db")]
    [InlineData("/figures/loss/99999999999999999999")]
    [InlineData("/figures/loss/-1")]
    [InlineData("/figures/loss%00.svg")]
    [InlineData("/later/..%2f..%2fsweep.db")]
    [InlineData("/later/now")]
    [InlineData("//etc/passwd")]
    [InlineData("/report.js/")]
    [InlineData("/REPORT.JS")]
    [InlineData("/sweep.db")]
    [InlineData("/sweep.db-wal")]
    [InlineData("\\..\\..\\etc\\passwd")]
    public void No_path_leads_out(string path)
    {
        var answer = Ask($"GET {path}?token={served.Token} HTTP/1.1");

        Assert.Matches("^HTTP/1.1 (400|404) ", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("SQLite format", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", "200")]
    [InlineData("127.0.0.1:1", "200")]    // as through a tunnel
    [InlineData("localhost:8080", "200")]
    [InlineData("[::1]:8080", "200")]
    [InlineData("evil.example", "403")]
    [InlineData("evil.example:8080", "403")]
    [InlineData("127.0.0.1.evil.example", "403")]
    [InlineData("localhost.evil.example", "403")]
    public void A_name_that_was_made_to_lead_here_is_refused(string host, string status) => Assert.StartsWith(
        $"HTTP/1.1 {status}", Send($"GET /?token={served.Token} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("EVIL")]
    public void It_is_for_reading(string method)
    {
        var answer = Ask($"{method} /?token={served.Token} HTTP/1.1");

        Assert.StartsWith("HTTP/1.1 405", answer, StringComparison.Ordinal);
        Assert.Contains("Allow: GET, HEAD", answer, StringComparison.Ordinal);
        Assert.Matches("^HTTP/1.1 (405|413) ", Ask($"POST /?token={served.Token} HTTP/1.1", "Content-Length: 3", "abc"));
    }

    [Fact]
    public void Every_answer_says_what_a_browser_must_not_do_with_it()
    {
        foreach (var request in new[] { $"GET /?token={served.Token}", $"HEAD /?token={served.Token}", $"GET /live?token={served.Token}", "GET /", $"GET /nothing?token={served.Token}", "POST /" })
        {
            var answer = Ask($"{request} HTTP/1.1");
            foreach (var header in new[] { "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "Cache-Control: no-store", "X-Frame-Options: DENY", "Cross-Origin-Resource-Policy: same-origin" })
                Assert.Contains(header, answer, StringComparison.Ordinal);
            var policy = answer.Split("\r\n").Single(l => l.StartsWith("Content-Security-Policy: ", StringComparison.Ordinal));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("Server:", answer, StringComparison.Ordinal);
        }

        Assert.EndsWith("\r\n\r\n", Ask($"HEAD /?token={served.Token} HTTP/1.1"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_browser_is_sent_what_is_new_to_it()
    {
        var first = Live(-1);
        Assert.Equal(["head", "now", "collapse", "matters", "trials", "curves", "spectra", "health"], Names(first));
        Assert.Equal(3, first["data"]!["id"]!.AsArray().Count);
        var number = first["number"]!.GetValue<long>();
        Assert.Empty(Names(Live(number)));
        Assert.Null(Live(number)["data"]);

        served.Sweep.Run();
        var next = Until(number, news => news["title"]!.GetValue<string>().StartsWith("3 of 3", StringComparison.Ordinal));

        Assert.Contains("now", Names(next));
        Assert.Contains("3 completed", next["parts"]!["now"]!.GetValue<string>(), StringComparison.Ordinal);

        // A number of another server, or from nowhere, is answered with all there is.
        Assert.Equal(8, Names(Live(1_000_000)).Count);
    }

    [Fact]
    public void Every_figure_that_the_page_names_is_drawn()
    {
        served.Sweep.Run();
        Until(0, news => news["title"]!.GetValue<string>().StartsWith("3 of 3", StringComparison.Ordinal));
        var page = Ask($"GET /?token={served.Token} HTTP/1.1");
        var sources = System.Text.RegularExpressions.Regex.Matches(page, "(?:src|href)=\"(figures/[^\"]+)\"")
            .Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).Distinct().ToList();

        Assert.InRange(sources.Count, 5, 500);
        foreach (var source in sources)
        {
            var path = source.Split('?')[0];
            var answer = Ask($"GET /{path}?token={served.Token} HTTP/1.1");
            Assert.True(answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal), $"{source}: {answer[..Math.Min(200, answer.Length)]}");
            Assert.Contains(path.EndsWith(".png", StringComparison.Ordinal) ? "image/png" : "image/svg+xml", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_says_that_the_store_is_gone_and_goes_on_when_it_is_back()
    {
        var number = Live(-1)["number"]!.GetValue<long>();
        served.Sweep.Store.Dispose();
        File.Move(served.Sweep.Database, served.Sweep["away.db"]);

        var trouble = Until(number, news => news["trouble"] is not null);
        Assert.Contains("there is no such store", trouble["trouble"]!.GetValue<string>(), StringComparison.Ordinal);

        File.Move(served.Sweep["away.db"], served.Sweep.Database);
        Assert.Null(Until(number, news => news["trouble"] is null)["ended"]);
    }

    [Fact]
    public async Task Pages_that_are_open_are_told_that_the_server_ends()
    {
        Live(-1);
        var end = served.Server.EndAsync("The run has ended.");
        while (Live(-1)["ended"] is null) await Task.Delay(20, TestContext.Current.CancellationToken);
        await end;

        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, served.Url.Port, TestContext.Current.CancellationToken);
        });
    }

    [Fact]
    public async Task A_port_that_is_taken_is_a_sentence()
    {
        var page = new LivePage("", new ReportOptions(), () => StoreRooms.OpenReader(served.Sweep.Database), TimeProvider.System);

        var error = await Assert.ThrowsAsync<SweepException>(() => LiveServer.StartAsync(page, IPAddress.Loopback, served.Url.Port));

        Assert.Equal($"Port {served.Url.Port} of 127.0.0.1 is taken by another program. Name another with --port, or leave it out to take a free one.",
            error.Message);
        error = await Assert.ThrowsAsync<SweepException>(() => LiveServer.StartAsync(page, IPAddress.Parse("192.0.2.1"), 0));
        Assert.Equal("--address is '192.0.2.1', which is not an address of this machine.", error.Message);
    }

    public void Dispose() => served.Dispose();

    private static List<string> Names(JsonNode news) => [.. news["parts"]!.AsObject().Select(p => p.Key)];

    private JsonNode Live(long after)
    {
        var answer = Ask($"GET /live?after={after}&token={served.Token} HTTP/1.1");
        return JsonNode.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])!;
    }

    private JsonNode Until(long after, Func<JsonNode, bool> holds)
    {
        var news = Live(after);
        for (var waited = 0; !holds(news) && waited < 600; waited++)
        {
            Thread.Sleep(50);
            news = Live(after);
        }

        Assert.True(holds(news));
        return news;
    }

    /// <param name="header">A further header; null for none.</param>
    private string Ask(string request, string? header = null, string body = "") =>
        Send($"{request}\r\nHost: 127.0.0.1\r\nConnection: close\r\n{(header is null ? "" : $"{header}\r\n")}\r\n{body}");

    private string Send(string request)
    {
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, served.Url.Port);
        var stream = client.GetStream();
        stream.Write(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
