using System.Globalization;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials.Arrays;

/// <summary>Reads the one Python expression that an NPY header may be: a dictionary of descr, fortran_order and shape.</summary>
/// <param name="path">For messages.</param>
internal sealed class NpyHeaderParser(string path, string text)
{
    private int at;

    public NpyHeader Parse()
    {
        var (type, isFortranOrder, shape) = ((string?)null, (bool?)null, (List<long>?)null);
        Expect('{');
        while (Next() != '}')
        {
            var key = Text();
            Expect(':');
            switch (key)
            {
                case "descr" when type is null: type = Type(); break;
                case "fortran_order" when isFortranOrder is null: isFortranOrder = Truth(); break;
                case "shape" when shape is null: shape = Shape(); break;
                default: throw Damaged($"'{key}' is not expected there");
            }

            if (!TryTake(','))
                break;
        }

        Expect('}');
        if (Next() != '\0' || at < text.Length)
            throw Damaged("something follows its dictionary");
        return type is null || isFortranOrder is null || shape is null
            ? throw Damaged("it lacks descr, fortran_order or shape")
            : new NpyHeader(type, isFortranOrder.Value, shape);
    }

    /// <summary>Of structured types, which are lists, only that they are structured.</summary>
    private string Type() => Next() == '['
        ? throw new SweepException($"'{path}' holds records of several fields, but must hold plain numbers.")
        : Text();

    private string Text()
    {
        var quote = Next();
        var end = quote is '\'' or '"' ? text.IndexOf(quote, at + 1) : -1;
        if (end < 0)
            throw Damaged("text in quotes is expected");
        var value = text[(at + 1)..end];
        at = end + 1;
        return value;
    }

    private bool Truth()
    {
        Next();
        foreach (var (word, value) in new[] { ("True", true), ("False", false) })
        {
            if (string.CompareOrdinal(text, at, word, 0, word.Length) == 0)
            {
                at += word.Length;
                return value;
            }
        }

        throw Damaged("True or False is expected");
    }

    /// <summary>A tuple: <c>()</c>, <c>(3,)</c>, <c>(3, 4)</c>.</summary>
    private List<long> Shape()
    {
        var sizes = new List<long>();
        Expect('(');
        while (Next() != ')')
        {
            sizes.Add(Size());
            if (!TryTake(',') && (Next() != ')' || sizes.Count == 1))
                throw Damaged("a comma is expected");
        }

        Expect(')');
        return sizes;
    }

    private long Size()
    {
        Next();
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        if (!long.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            at = start;
            throw Damaged("a size from 0 to 9223372036854775807 is expected");
        }

        TryTake('L'); // Python 2 wrote its long numbers so.
        return size;
    }

    /// <summary>The next character that is no blank, which is not taken; \0 at the end.</summary>
    private char Next()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\n' or '\r')
            at++;
        return at < text.Length ? text[at] : '\0';
    }

    private bool TryTake(char wanted)
    {
        var isThere = Next() == wanted;
        at += isThere ? 1 : 0;
        return isThere;
    }

    private void Expect(char wanted)
    {
        if (!TryTake(wanted))
            throw Damaged($"'{wanted}' is expected");
    }

    private SweepException Damaged(string why) => new($"'{path}' is damaged: at character {at + 1} of its header, {why}.");
}
