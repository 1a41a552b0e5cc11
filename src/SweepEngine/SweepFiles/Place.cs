namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>A place in a text file. Both numbers count from 1; columns count UTF-16 units.</summary>
public readonly record struct Place(int Line, int Column) : IComparable<Place>
{
    public static readonly Place Start = new(1, 1);

    public int CompareTo(Place other) => (Line, Column).CompareTo((other.Line, other.Column));

    public static bool operator <(Place left, Place right) => left.CompareTo(right) < 0;

    public static bool operator >(Place left, Place right) => left.CompareTo(right) > 0;

    public static bool operator <=(Place left, Place right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Place left, Place right) => left.CompareTo(right) >= 0;
}
