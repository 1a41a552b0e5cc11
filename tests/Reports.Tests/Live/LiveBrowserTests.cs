using System.Diagnostics;
using VicRegSweeps.Reports.Tests.Page;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Reports.Tests.Live;

/// <summary>The served page in a real browser, while a sweep runs in a process of its own.</summary>
public sealed class LiveBrowserTests
{
    private const string Now = "document.querySelector('#now').innerText", Said = "document.querySelector('#live').innerText";

    /// <summary>The first step that the first chart's axis names.</summary>
    private const string First = "[...document.querySelectorAll('#courses .chart svg text[text-anchor=middle]')].map(t => Number(t.textContent)).filter(n => !isNaN(n))[0]";

    [Fact]
    public void It_goes_along_while_the_sweep_runs_is_killed_and_resumed()
    {
        using var browser = Browser.Start();
        using var served = new ServedSweep(points: 12);
        browser.Open(served.Server.Url, 1280);
        browser.Evaluate("window.first = true");
        Assert.Equal($"http://127.0.0.1:{served.Url.Port}/", browser.Evaluate("location.href"));
        Assert.Equal("", browser.Evaluate("document.cookie"));
        Until(browser, $"{Now}.includes('12 pending')");

        var worker = served.Work(pace: 40);
        Until(browser, $"/stack \\d+\\s.*training, \\d+ of 30 steps/.test({Now})");
        Until(browser, $"/[1-9] completed/.test({Now})");
        Choose(browser);
        worker.Kill();
        worker.WaitForExit();
        Until(browser, $"/workers\\s+none/.test({Now})");
        Assert.Equal("", worker.StandardError.ReadToEnd());
        worker.Dispose();

        using var next = served.Work(pace: 1);
        Until(browser, $"{Now}.includes('All 12 trials have ended')");
        Assert.True(next.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(("", 0), (next.StandardError.ReadToEnd(), next.ExitCode));

        Assert.Equal("12", browser.Evaluate("document.querySelectorAll('#trials-table tbody tr').length"));
        Kept(browser);
        Assert.Equal("true", browser.Evaluate("window.first"));
        Assert.Empty(browser.Errors);
        Assert.All(browser.Requests, request => Assert.Matches($"^(data:|http://127\\.0\\.0\\.1:{served.Url.Port}/)", request));
        Assert.All(served.Sweep.Trials(), trial => Assert.Equal(TrialState.Completed, trial.State));
        using var reader = served.Sweep.Read();
        reader.RefuseDamage();
    }

    [Fact]
    public async Task It_asks_for_nothing_while_it_is_paused_and_says_when_the_server_has_ended()
    {
        using var browser = Browser.Start();
        using var served = new ServedSweep(points: 2);
        browser.Open(served.Server.Url, 1280);
        Until(browser, $"{Said}.startsWith('As of')");

        browser.Evaluate("document.querySelector('#live button').click()");
        Assert.Equal("Go on", browser.Evaluate("document.querySelector('#live button').textContent"));
        Thread.Sleep(300);
        browser.Settle();
        var asked = browser.Requests.Count;
        Thread.Sleep(2500);
        browser.Settle();
        Assert.Equal(asked, browser.Requests.Count);

        browser.Evaluate("document.querySelector('#live button').click()");
        Until(browser, $"{Said}.includes('Pause')");
        await served.Server.EndAsync("The run has ended, and this page with it.");
        Until(browser, $"{Said}.includes('The run has ended, and this page with it.')");
        Assert.Empty(browser.Errors);
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(400, true)]
    public void It_keeps_the_guidelines_of_level_AA(int width, bool isDark)
    {
        using var browser = Browser.Start();
        using var served = new ServedSweep(points: 3);
        served.Sweep.Run();
        browser.Theme(isDark);
        browser.Open(served.Server.Url, width);
        browser.Evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
        browser.Settle();

        Assert.Equal("", Axe.Violations(browser));
        Assert.Equal("0", browser.Evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        Assert.Empty(browser.Errors);
    }

    /// <summary>A filter, a zoom, the window of a trial and a place in the page.</summary>
    private static void Choose(Browser browser)
    {
        browser.Evaluate("document.querySelector('.caveats')?.removeAttribute('open')");
        browser.Evaluate("(() => { const w = document.querySelector('#words'); w.value = 'slope'; w.dispatchEvent(new Event('input')); })()");
        browser.Evaluate("document.querySelector('#courses .chart svg').scrollIntoView({ behavior: 'instant', block: 'center' })");
        browser.Settle();
        var box = "document.querySelector('#courses .chart svg').getBoundingClientRect()";
        var (x, y) = (Number(browser, $"{box}.x"), Number(browser, $"{box}.y"));
        browser.Slide(x + 90, x + 220, y + 60);
        Assert.True(Number(browser, First) > 5);
        browser.Evaluate("document.querySelector('#trials-table tbody th button').click()");
        browser.Evaluate("window.opened = document.getElementById('trial-title').textContent");
    }

    private static void Kept(Browser browser)
    {
        Assert.Equal("slope", browser.Evaluate("document.querySelector('#words').value"));
        Assert.True(Number(browser, First) > 5);
        Assert.Equal("true", browser.Evaluate("document.querySelector('dialog').open"));
        Assert.Equal("true", browser.Evaluate("document.getElementById('trial-title').textContent === window.opened"));
        Assert.Equal("false", browser.Evaluate("document.querySelector('.caveats')?.open ?? false"));
        var place = Number(browser, "document.querySelector('#courses .chart svg').getBoundingClientRect().top");
        Assert.InRange(place, 0, 900);
    }

    private static double Number(Browser browser, string expression) =>
        double.Parse(browser.Evaluate(expression), System.Globalization.CultureInfo.InvariantCulture);

    private static void Until(Browser browser, string condition)
    {
        for (var watch = Stopwatch.StartNew(); browser.Evaluate(condition) != "true"; Thread.Sleep(100))
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{condition}: {browser.Evaluate(Now)} / {browser.Evaluate(Said)}");
    }
}
