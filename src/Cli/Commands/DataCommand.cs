using System.CommandLine;

namespace VicRegSweeps.Cli;

internal static class DataCommand
{
    public static Command Create() => new("data", "Data sets.");
}
