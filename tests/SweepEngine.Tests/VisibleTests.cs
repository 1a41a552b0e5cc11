using CsCheck;

namespace VicRegSweeps.SweepEngine.Tests;

public sealed class VisibleTests
{
    [Theory]
    [InlineData("plain text, with 'quotes' and \\ too")]
    [InlineData("λ μ ν × … – ü 東京 עברית 👍")]
    [InlineData("می‌خواهم")]
    public void What_people_write_stays_as_it_is(string text)
    {
        Assert.Equal(text, Visible.Line(text));
        Assert.Equal(text, Visible.Lines(text));
    }

    [Theory]
    [InlineData("\u001b]0;owned\u0007", @"\u001b]0;owned\u0007")]
    [InlineData("a\u007f\u009bb", @"a\u007f\u009bb")]
    [InlineData("\u202egpj.exe\u2066\u200f\u061c", @"\u202egpj.exe\u2066\u200f\u061c")]
    [InlineData("a\u2028b\u2029\ufeff", @"a\u2028b\u2029\ufeff")]
    [InlineData("\U000E0041", @"\udb40\udc41")]
    [InlineData("a\rb", @"a\rb")]
    public void What_a_terminal_obeys_is_shown_as_an_escape(string text, string shown)
    {
        Assert.Equal(shown, Visible.Line(text));
        Assert.Equal(shown, Visible.Lines(text));
    }

    [Fact]
    public void A_line_has_no_line_feeds_and_no_tabs_and_lines_do()
    {
        Assert.Equal(@"a\nb\tc", Visible.Line("a\nb\tc"));
        Assert.Equal("a\nb\tc", Visible.Lines("a\nb\tc"));
    }

    [Fact]
    public void What_is_shown_is_shown_once() => Gen.String.Sample(text =>
    {
        Assert.Equal(Visible.Line(text), Visible.Line(Visible.Line(text)));
        Assert.DoesNotContain(Visible.Line(text), char.IsControl);
    });

    [Fact]
    public void Values_of_a_message_cannot_break_its_line_or_steer_a_terminal()
    {
        var (place, value, number) = ("a\nb.yaml", "\u001b[2J", 0.5);

        Assert.Equal(@"a\nb.yaml(1,2): '\u001b[2J' is 0.50, not null: .",
            new SweepException($"{place}(1,2): '{value}' is {number:0.00}, not null: {(string?)null}.").Message);
        Assert.Equal("one\nand " + @"a\nb.yaml", Visible.Of($"one\nand {place}"));
    }

    [Fact]
    public void A_message_that_is_put_together_otherwise_is_one_line_or_the_lines_that_it_names()
    {
        var path = "a\nsweep.db: all is well\u001b[2J";

        Assert.Equal(@"a\nsweep.db: all is well\u001b[2J is damaged", new SweepException(path + " is damaged").Message);
        Assert.Equal(@"a\nsweep.db: all is well\u001b[2J", new SweepException(string.Join(", ", [path])).Message);
        Assert.Equal("first\n" + @"a\nsweep.db: all is well\u001b[2J", new SweepException(["first", path]).Message);
    }
}
