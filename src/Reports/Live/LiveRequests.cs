using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Reports.Live;

/// <summary>
/// Answers the requests of browsers. What is served is made here and named here: no path is looked up in a file system, so none leads out.
/// </summary>
/// <remarks>
/// Who may read the page has the token, from the address that the command printed or from the cookie that came with it. Other pages in the
/// same browser have neither: the cookie is for requests of this site alone, and a name that was made to lead here is refused.
/// </remarks>
internal sealed class LiveRequests(LivePage page)
{
    private const string Text = "text/plain; charset=utf-8", Markup = "text/html; charset=utf-8";
    private const string UseAddress = "Use the address that vicreg-sweep printed.";
    private const int TokenBytes = 16;

    /// <summary>A longer SVG is sent as PNG: thousands of marks are slow to draw.</summary>
    private const int LongestSvg = 250_000;

    /// <summary>In bytes; what is smaller is not worth packing.</summary>
    private const int WorthPacking = 10_000;

    private static readonly Dictionary<string, (string Type, string Content)> Files = new(StringComparer.Ordinal)
    {
        ["/report.css"] = ("text/css; charset=utf-8", Report.Resource("report.css")),
        ["/live.css"] = ("text/css; charset=utf-8", Report.Resource("live.css")),
        ["/report.js"] = ("text/javascript; charset=utf-8", Report.Resource("report.js")),
        ["/live.js"] = ("text/javascript; charset=utf-8", Report.Resource("live.js")),
    };

    private readonly string secret = Random();
    private string cookie = "";
    private volatile string? ended;
    private long asked;
    private long told;

    /// <summary>Opens the page, once the command has printed it.</summary>
    public string Token { get; } = Random();

    /// <param name="port">Cookies are for all ports of a machine, so this one's is told from others by its name.</param>
    public void Begin(int port) => cookie = string.Create(CultureInfo.InvariantCulture, $"vicreg-sweep-{port}");

    /// <summary>Answers from now on that it ends, until the pages that asked lately know, or until the time is over.</summary>
    public async Task EndAsync(string why, TimeSpan most)
    {
        var isOpen = Environment.TickCount64 - Interlocked.Read(ref asked) < most.TotalMilliseconds;
        ended = why;
        for (var waited = TimeSpan.Zero; isOpen && waited < most; waited += TimeSpan.FromMilliseconds(50))
        {
            if (Interlocked.Read(ref told) > 0 && waited > most / 2) return;
            await Task.Delay(50).ConfigureAwait(false);
        }
    }

    public async Task Answer(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        SetHeaders(response.Headers);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await Refuse(response, StatusCodes.Status405MethodNotAllowed, "This page is for reading: GET and HEAD alone are answered.").ConfigureAwait(false);
            return;
        }

        if (!IsOwnName(request.Host.Host))
        {
            await Refuse(response, StatusCodes.Status403Forbidden, $"This server does not go by that name. {UseAddress}").ConfigureAwait(false);
            return;
        }

        var byToken = Same(request.Query["token"], Token);
        if (!byToken && !Same(request.Cookies[cookie], secret))
        {
            await Refuse(response, StatusCodes.Status403Forbidden, $"The address of this page has a token in it. {UseAddress}").ConfigureAwait(false);
            return;
        }

        if (byToken)
            response.Cookies.Append(cookie, secret, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true });
        try
        {
            await Serve(request, response).ConfigureAwait(false);
        }
        catch (SweepException error)
        {
            await Refuse(response, StatusCodes.Status503ServiceUnavailable, error.Message).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (OperationCanceledException or IOException))
        {
            // A sweep may be trained in this process, and goes on.
            await Refuse(response, StatusCodes.Status500InternalServerError, Bug(error)).ConfigureAwait(false);
        }
    }

    private Task Serve(HttpRequest request, HttpResponse response)
    {
        var path = request.Path.Value ?? "";
        if (Files.TryGetValue(path, out var file)) return Send(request, response, file.Type, Encoding.UTF8.GetBytes(file.Content));

        return path.Split('/') switch
        {
            ["", ""] => Send(request, response, Markup, Encoding.UTF8.GetBytes(page.Whole())),
            ["", "live"] => Tell(request, response),
            ["", "later", var name] when page.Later(name) is { } markup => Send(request, response, Markup, Encoding.UTF8.GetBytes(markup)),
            ["", "figures", var name, var number] when page.FigureOf(name) is { } figure && PanelOf(figure, number) is { } panel =>
                Draw(request, response, figure, panel),
            ["", "figures", var name] when name.EndsWith(".svg", StringComparison.Ordinal) && page.FigureOf(name[..^4]) is { } figure =>
                Send(request, response, "image/svg+xml", Encoding.UTF8.GetBytes(FigureDrawing.Svg(figure))),
            ["", "figures", var name] when name.EndsWith(".png", StringComparison.Ordinal) && page.FigureOf(name[..^4]) is { } figure =>
                Send(request, response, "image/png", FigureDrawing.Png(figure)),
            _ => Refuse(response, StatusCodes.Status404NotFound, "There is nothing here."),
        };
    }

    private async Task Tell(HttpRequest request, HttpResponse response)
    {
        Interlocked.Exchange(ref asked, Environment.TickCount64);
        var after = long.TryParse(request.Query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        var last = ended;
        byte[] news;
        try
        {
            news = page.Since(after, last);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            news = new LiveView(0, "", "", []).Since(-1, Bug(error), last);
        }

        await Send(request, response, "application/json", news).ConfigureAwait(false);
        if (last is not null) Interlocked.Increment(ref told);
    }

    private static Task Draw(HttpRequest request, HttpResponse response, Figure figure, int panel)
    {
        var svg = FigureDrawing.PanelSvg(figure, panel);
        return svg.Length <= LongestSvg
            ? Send(request, response, "image/svg+xml", Encoding.UTF8.GetBytes(svg))
            : Send(request, response, "image/png", FigureDrawing.PanelPng(figure, panel));
    }

    private static int? PanelOf(Figure figure, string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var panel) && panel < figure.Panels.Count && figure.Panels[panel] is not null
            ? panel
            : null;

    private static string Bug(Exception error) => $"This is a bug of vicreg-sweep. Please report it: {FaultText.Of(error)}";

    /// <summary>A browser on another machine may be far away, so what is long is packed.</summary>
    private static async Task Send(HttpRequest request, HttpResponse response, string type, byte[] content)
    {
        response.ContentType = type;
        if (content.Length >= WorthPacking && request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            using var packed = new MemoryStream();
            await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
            content = packed.ToArray();
            response.Headers.ContentEncoding = "gzip";
        }

        response.ContentLength = content.Length;
        await response.Body.WriteAsync(content, response.HttpContext.RequestAborted).ConfigureAwait(false);
    }

    private static Task Refuse(HttpResponse response, int status, string why)
    {
        if (response.HasStarted) return Task.CompletedTask;

        response.StatusCode = status;
        response.ContentType = Text;
        response.ContentLength = null;
        return response.WriteAsync($"{why}\n");
    }

    /// <summary>A browser is not to guess the type of what it gets, keep it, frame it, tell others of it, or run any script that is not ours.</summary>
    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
    }

    /// <summary>
    /// An address in digits is where somebody meant to go. A name may have been made to lead here by whoever owns it, unless it is this
    /// machine's own.
    /// </summary>
    private static bool IsOwnName(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out _)
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes as long whatever the text is.</summary>
    private static bool Same(string? text, string secret) =>
        text is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(secret));

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
}
