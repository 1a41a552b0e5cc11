using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VicRegSweeps.Reports.Tests.Page;

/// <summary>A headless Chromium, spoken to in its own protocol; nothing but the browser itself is needed.</summary>
internal sealed class Browser : IDisposable
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string profile = Directory.CreateTempSubdirectory("vicreg-sweep-browser-").FullName;
    private readonly Process process;
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource patience = new(Patience);
    private int last;

    private Browser(string program)
    {
        process = Process.Start(new ProcessStartInfo(program,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        socket.ConnectAsync(new Uri(PageAddress()), patience.Token).GetAwaiter().GetResult();
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network" }) Call($"{domain}.enable");
    }

    /// <summary>Errors of scripts and of the console, and every address that the page asked for.</summary>
    public List<string> Errors { get; } = [];

    public List<string> Requests { get; } = [];

    /// <summary>Starts the browser that the machine has, and skips the test where it has none.</summary>
    public static Browser Start()
    {
        var program = Programs.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "There is no Chromium here (on Debian: apt-get install chromium).");
        return new Browser(program!);
    }

    /// <summary>Opens a page in a window of a width, and waits until it is there.</summary>
    public void Open(string file, int width)
    {
        Call("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        Call("Page.navigate", new JsonObject { ["url"] = new Uri(file).AbsoluteUri });
        while (Evaluate("document.readyState") != "complete") Thread.Sleep(50);
        Settle();
    }

    /// <summary>Waits until what was done is laid out and drawn: a place that was asked for earlier may not be there yet.</summary>
    public void Settle() => Call("Runtime.evaluate", new JsonObject
    {
        ["expression"] = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))",
        ["awaitPromise"] = true,
    });

    /// <returns>The value of an expression as text.</returns>
    public string Evaluate(string expression)
    {
        var result = Call("Runtime.evaluate", new JsonObject { ["expression"] = $"String({expression})", ["returnByValue"] = true });
        if (result["exceptionDetails"] is { } exception) Assert.Fail(exception.ToJsonString());
        return result["result"]!["value"]!.GetValue<string>();
    }

    /// <summary>Presses the mouse at one place, moves it to another and lets go.</summary>
    public void Drag(double x, double from, double to)
    {
        Mouse("mousePressed", x, from);
        for (var step = 1; step <= 4; step++) Mouse("mouseMoved", x, from + ((to - from) * step / 4));
        Mouse("mouseReleased", x, to);
        Settle();
    }

    /// <summary>The same sideways.</summary>
    public void Slide(double from, double to, double y)
    {
        Mouse("mousePressed", from, y);
        for (var step = 1; step <= 4; step++) Mouse("mouseMoved", from + ((to - from) * step / 4), y);
        Mouse("mouseReleased", to, y);
        Settle();
    }

    /// <summary>Whether the page is shown dark.</summary>
    public void Theme(bool isDark) => Call("Emulation.setEmulatedMedia", new JsonObject
    {
        ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }),
    });

    /// <summary>Takes the style of paper from now on.</summary>
    public void Print() => Call("Emulation.setEmulatedMedia", new JsonObject { ["media"] = "print" });

    /// <summary>The page as it is printed.</summary>
    public byte[] Pdf() => Convert.FromBase64String(
        Call("Page.printToPDF", new JsonObject { ["printBackground"] = true, ["preferCSSPageSize"] = true })["data"]!.GetValue<string>());

    /// <returns>What a promise comes to, as text.</returns>
    public string Await(string promise)
    {
        var result = Call("Runtime.evaluate", new JsonObject { ["expression"] = promise, ["awaitPromise"] = true, ["returnByValue"] = true });
        if (result["exceptionDetails"] is { } exception) Assert.Fail(exception.ToJsonString());
        return result["result"]!["value"]!.GetValue<string>();
    }

    public void Dispose()
    {
        socket.Dispose();
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        patience.Dispose();
        try
        {
            Directory.Delete(profile, recursive: true);
        }
        catch (IOException)
        {
            // One of its processes may still be writing; the folder is a temporary one.
        }
    }

    private void Mouse(string type, double x, double y) => Call("Input.dispatchMouseEvent", new JsonObject
    {
        ["type"] = type,
        ["x"] = x,
        ["y"] = y,
        ["button"] = "left",
        ["buttons"] = 1,
        ["clickCount"] = 1,
    });

    /// <summary>The page's own address in the protocol, from the port that the browser writes into its profile.</summary>
    private string PageAddress()
    {
        var file = Path.Combine(profile, "DevToolsActivePort");
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience && !process.HasExited; Thread.Sleep(50))
        {
            if (!File.Exists(file) || File.ReadAllLines(file) is not [var port, ..]) continue;

            using var client = new HttpClient();
            var pages = JsonNode.Parse(client.GetStringAsync($"http://127.0.0.1:{port}/json").GetAwaiter().GetResult())!.AsArray();
            var page = pages.FirstOrDefault(p => p!["type"]!.GetValue<string>() == "page");
            if (page is not null) return page["webSocketDebuggerUrl"]!.GetValue<string>();
        }

        Assert.Skip($"The browser did not start: {(process.HasExited ? process.StandardError.ReadToEnd() : "it is silent")}");
        return "";
    }

    private JsonNode Call(string method, JsonObject? parameters = null)
    {
        var id = ++last;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, patience.Token).GetAwaiter().GetResult();
        while (true)
        {
            var answer = Receive();
            if (answer["id"]?.GetValue<int>() == id) return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
            Note(answer);
        }
    }

    private void Note(JsonNode message)
    {
        var parameters = message["params"];
        switch (message["method"]?.GetValue<string>())
        {
            case "Runtime.exceptionThrown":
                Errors.Add(parameters!["exceptionDetails"]!.ToJsonString());
                break;
            case "Log.entryAdded" when parameters!["entry"]!["level"]!.GetValue<string>() is "error" or "warning":
                Errors.Add(parameters["entry"]!["text"]!.GetValue<string>());
                break;
            case "Runtime.consoleAPICalled" when parameters!["type"]!.GetValue<string>() is "error" or "warning":
                Errors.Add(parameters.ToJsonString());
                break;
            case "Network.requestWillBeSent":
                Requests.Add(parameters!["request"]!["url"]!.GetValue<string>());
                break;
        }
    }

    private JsonNode Receive()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = socket.ReceiveAsync(buffer, patience.Token).GetAwaiter().GetResult();
            whole.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(JsonDocument.Parse(whole.ToArray()).RootElement.GetRawText())!;
    }
}
