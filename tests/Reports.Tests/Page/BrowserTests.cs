using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Page;

/// <summary>The page in a real browser: it loads alone and in silence, sorts, filters and brushes.</summary>
public sealed class BrowserTests
{
    private const string Column = "[...document.querySelectorAll('#trials-table tbody tr')].map(r => r.cells[{0}].textContent)";

    [Fact]
    public void It_loads_without_network_and_errors_wide_and_narrow_and_answers_to_hands_and_keys()
    {
        using var browser = Browser.Start();
        using var sweep = new ScriptedSweep(
            t => t.Seed == 2 && t.Settings.Real("loss.variance_weight") == 0
            ? new Script { State = SweepEngine.Running.TrialState.Failed, Reason = "<b>no</b>" } : ByWeights(t), Grid(3));
        sweep.Page();

        foreach (var width in new[] { 1280, 400 })
        {
            browser.Open(sweep["report/report.html"], width);
            Assert.Equal("18", browser.Evaluate("document.querySelectorAll('#trials-table tbody tr').length"));
            Assert.Equal("0", browser.Evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")); // nothing to scroll sideways
        }

        Assert.Empty(browser.Errors);
        Assert.All(browser.Requests, request => Assert.Matches("^(file|data):", request));
        Assert.Equal("0", browser.Evaluate("document.querySelectorAll('#trials-table b').length"));

        browser.Open(sweep["report/report.html"], 1280);
        Sorts(browser);
        Filters(browser);
        Brushes(browser);
        Maps(browser);
        Opens(browser);
        Charts(browser);
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public void Seeds_and_levels_are_read_as_they_are()
    {
        long[] seeds = [long.MaxValue, 9007199254740993, 9007199254740992, 123457, 123456, 0];
        using var browser = Browser.Start();
        using var sweep = new ScriptedSweep(
            _ => new Script(),
            from seed in seeds from weight in new[] { 3.16227766017e-05, 0.001, 123457 } select Trial(seed, ("loss.variance_weight", weight)));
        sweep.Page();

        browser.Open(sweep["report/report.html"], 1280);
        Assert.Empty(browser.Errors);
        browser.Evaluate("document.querySelector('#trials-table button[data-column=\"seed\"]').click()");

        var shown = browser.Evaluate($"JSON.stringify({Column.Replace("{0}", "4", StringComparison.Ordinal)})");
        Assert.Equal(seeds.Order().SelectMany(s => Enumerable.Repeat($"{s}", 3)), System.Text.Json.JsonSerializer.Deserialize<string[]>(shown)!);
        Assert.Equal("3.16e-5 0.001 123457",
            browser.Evaluate("[...document.querySelectorAll('#map thead th[scope=col]:not(.axis)')].map(h => h.textContent).join(' ')"));
        Assert.Contains("3.16e-5", browser.Evaluate("[...document.querySelectorAll('#parallel text')].map(t => t.textContent).join(' ')"),
            StringComparison.Ordinal);
        Assert.Empty(browser.Errors);
    }

    private static void Sorts(Browser browser)
    {
        // Cells: trial, the objective, two verdicts, seed, two axes. It comes sorted by the objective, the best first.
        var knn = Numbers(browser, 1);
        Assert.Equal(knn.OrderDescending(), knn);

        browser.Evaluate("document.querySelector('#trials-table button[data-column=\"embedding/knn_top1\"]').click()");
        knn = Numbers(browser, 1);
        Assert.Equal(knn.Order(), knn);
        Assert.Equal("ascending", browser.Evaluate("document.activeElement.closest('th').getAttribute('aria-sort')"));

        browser.Evaluate("document.querySelector('#trials-table button[data-column=\"variance_weight\"]').click()");
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 25, 25, 25, 25, 25, 25], Numbers(browser, 5));
    }

    private static void Filters(Browser browser)
    {
        Type(browser, "weight completed");
        Assert.Equal("16 of 18 trials pass the filter.", browser.Evaluate("document.getElementById('shown').textContent"));

        Type(browser, "failed");
        Assert.Equal("2", browser.Evaluate("document.querySelectorAll('#trials-table tbody tr').length"));

        browser.Evaluate("document.getElementById('reset').click()");
        Assert.Equal("All 18 trials.", browser.Evaluate("document.getElementById('shown').textContent"));
    }

    private static void Brushes(Browser browser)
    {
        browser.Evaluate("document.getElementById('parallel').scrollIntoView({ behavior: 'instant', block: 'center' })");
        browser.Settle();
        // The first axis from its top to a quarter of the way down: variance weight 25 alone.
        var box = "document.querySelector('#parallel svg .hit').getBoundingClientRect()";
        var (x, top, height) = (Number(browser, $"{box}.x") + 14, Number(browser, $"{box}.y"), Number(browser, $"{box}.height"));
        browser.Drag(x, top + 2, top + (height * 0.25));
        Assert.Equal("6 of 18 trials pass the filter.", browser.Evaluate("document.getElementById('shown').textContent"));
        Assert.Equal([25, 25, 25, 25, 25, 25], Numbers(browser, 5));

        browser.Drag(x, top + 20, top + 20);
        Assert.Equal("All 18 trials.", browser.Evaluate("document.getElementById('shown').textContent"));

        // The same by keyboard: from and to of the first axis.
        browser.Evaluate("(() => { const [from, to] = document.querySelectorAll('#brushes select'); from.value = '1'; to.value = '2'; to.dispatchEvent(new Event('change')); })()");
        Assert.Equal("12 of 18 trials pass the filter.", browser.Evaluate("document.getElementById('shown').textContent"));
        browser.Evaluate("document.getElementById('reset').click()");
    }

    private static void Maps(Browser browser)
    {
        Assert.Equal("alive", browser.Evaluate("document.querySelector('#map tbody tr td:last-child button').textContent"));
        browser.Evaluate("(() => { const s = document.querySelector('#map select'); s.value = '6'; s.dispatchEvent(new Event('change')); })()");
        Assert.Contains("n = 3", browser.Evaluate("document.querySelector('#map tbody tr td:last-child').textContent"), StringComparison.Ordinal);
    }

    /// <summary>A trial opens from the table, from a point's curves and from the map, and has its curves, its settings and its picture.</summary>
    private static void Opens(Browser browser)
    {
        const string title = "document.getElementById('trial-title')?.textContent", close = "document.querySelector('dialog .close').click()";
        var id = browser.Evaluate("document.querySelector('#trials-table tbody th').textContent");
        browser.Evaluate("document.querySelector('#trials-table tbody th button').click()");
        Assert.Equal($"Trial {id}", browser.Evaluate(title));
        var shown = browser.Evaluate("document.querySelector('dialog').textContent");
        Assert.All(
            new[] { "loss.variance_weight", "it is so", "loss/total", "model.name", $"vicreg-sweep show STORE {id}" },
            text => Assert.Contains(text, shown, StringComparison.Ordinal));
        Assert.InRange(Number(browser, "document.querySelectorAll('dialog .chart .line').length"), 4, 100);
        Assert.Equal("1", browser.Evaluate("document.querySelectorAll('dialog .picture').length"));
        browser.Evaluate(close);

        browser.Evaluate("document.querySelector('#courses .key button').click()");
        Assert.Equal("3 trials", browser.Evaluate(title));
        browser.Evaluate("document.querySelector('dialog .trials button').click()");
        Assert.StartsWith("Trial ", browser.Evaluate(title), StringComparison.Ordinal);
        browser.Evaluate(close);

        browser.Evaluate("document.querySelector('#map td button.cell').click()");
        Assert.Equal("3 trials", browser.Evaluate(title));
        browser.Evaluate(close);
        Assert.Equal("false", browser.Evaluate("document.querySelector('dialog').open"));
    }

    /// <summary>A chart says the value under the pointer, zooms to what is dragged over, and answers to keys.</summary>
    private static void Charts(Browser browser)
    {
        const string chart = "document.querySelector('#courses .chart svg')", tip = "document.querySelector('#courses .chart .tip')";
        browser.Evaluate($"{chart}.scrollIntoView({{ behavior: 'instant', block: 'center' }})");
        browser.Settle();
        Assert.Equal("true", browser.Evaluate($"{tip}.hidden"));

        browser.Evaluate($"{chart}.focus()");
        browser.Evaluate($"{chart}.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'ArrowLeft', bubbles: true }}))");
        Assert.Equal("false", browser.Evaluate($"{tip}.hidden"));
        Assert.Matches("^[-0-9.e]+ at step ", browser.Evaluate($"{tip}.textContent"));
        Assert.Equal(browser.Evaluate($"{tip}.textContent"), browser.Evaluate("document.querySelector('[aria-live]').textContent"));

        var all = browser.Evaluate($"{chart}.textContent");
        var (x, y) = (Number(browser, $"{chart}.getBoundingClientRect().x"), Number(browser, $"{chart}.getBoundingClientRect().y"));
        browser.Slide(x + 80, x + 200, y + 60);
        Assert.NotEqual(all, browser.Evaluate($"{chart}.textContent"));
        browser.Evaluate($"{chart}.dispatchEvent(new MouseEvent('dblclick'))");
        Assert.Equal(all, browser.Evaluate($"{chart}.textContent"));
    }

    private static void Type(Browser browser, string words) => browser.Evaluate(
        $"(() => {{ const f = document.getElementById('words'); f.value = '{words}'; f.dispatchEvent(new Event('input')); }})()");

    private static double[] Numbers(Browser browser, int cell) =>
        [.. browser.Evaluate(Column.Replace("{0}", $"{cell}", StringComparison.Ordinal) + ".filter(t => t !== '–').join(' ')")
            .Split(' ').Select(t => double.Parse(t, System.Globalization.CultureInfo.InvariantCulture))];

    private static double Number(Browser browser, string expression) =>
        double.Parse(browser.Evaluate(expression), System.Globalization.CultureInfo.InvariantCulture);
}
