using System.Text;
using System.Text.RegularExpressions;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Page;

/// <summary>Everybody can read the page: on a wide and a narrow screen, light and dark, with the window of a trial open, and on paper.</summary>
public sealed class AccessTests
{
    private const int WideEnough = 1280;
    private const int Narrow = 400;

    [Theory]
    [InlineData(WideEnough, false)]
    [InlineData(WideEnough, true)]
    [InlineData(Narrow, false)]
    [InlineData(Narrow, true)]
    public void It_keeps_the_guidelines_of_level_AA(int width, bool isDark)
    {
        using var browser = Browser.Start();
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));
        sweep.Page();
        browser.Theme(isDark);
        browser.Open(sweep["report/report.html"], width);
        browser.Evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
        browser.Settle();

        Assert.Equal("", Axe.Violations(browser));

        browser.Evaluate("document.querySelector('#trials-table tbody th button').click()");
        Assert.Equal("", Axe.Violations(browser));
        Assert.Equal(isDark ? "rgb(18, 24, 31)" : "rgb(255, 255, 255)", browser.Evaluate("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public void Id_and_score_stay_in_sight_when_the_table_is_moved_sideways()
    {
        using var browser = Browser.Start();
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));
        sweep.Page();
        browser.Open(sweep["report/report.html"], Narrow);
        const string cell = "document.querySelector('#trials-table tbody tr').cells[{0}].getBoundingClientRect().left";
        string[] before = [Place(0), Place(1), Place(3)];

        browser.Evaluate("document.querySelector('#trials-table').parentElement.scrollLeft = 120");
        browser.Settle();

        Assert.Equal((before[0], before[1]), (Place(0), Place(1)));
        Assert.NotEqual(before[2], Place(3));

        string Place(int number) => browser.Evaluate(cell.Replace("{0}", $"{number}", StringComparison.Ordinal));
    }

    [Fact]
    public void On_paper_it_has_few_pages_and_nothing_sticks_out()
    {
        using var browser = Browser.Start();
        using var sweep = new ScriptedSweep(ByWeights, Grid(3));
        sweep.Page();
        browser.Theme(isDark: true);
        browser.Open(sweep["report/report.html"], WideEnough);

        var pdf = Encoding.Latin1.GetString(browser.Pdf());
        Assert.InRange(Regex.Count(pdf, @"/Type\s*/Page[^s]"), 2, 10);

        // A4 less its margins, in pixels of CSS.
        browser.Print();
        browser.Open(sweep["report/report.html"], 710);
        Assert.Equal("", browser.Evaluate("""
            [...document.querySelectorAll('main *')]
              .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > 712 && !e.closest('svg'))
              .map(e => e.tagName + ' ' + e.className).join()
            """));
        Assert.Equal("rgb(255, 255, 255)", browser.Evaluate("getComputedStyle(document.body).backgroundColor"));
    }
}
