using System.Diagnostics;

namespace VicRegSweeps.Trials.Tests;

/// <summary>The system's Python where it has PyTorch.</summary>
internal static class PyTorch
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> IsThere = new(() => File.Exists(Python) && Run("-c", "import numpy, torch").ExitCode == 0);

    private static readonly Lazy<bool> HasModels = new(() => File.Exists(Python) && Run("-c", "import torchvision").ExitCode == 0);

    public static void SkipUnlessThere() =>
        Assert.SkipUnless(IsThere.Value, "There is no /usr/bin/python3 with PyTorch here (on Debian: apt-get install python3-torch).");

    public static void SkipUnlessTorchvision() =>
        Assert.SkipUnless(HasModels.Value, "There is no /usr/bin/python3 with torchvision here (on Debian: apt-get install python3-torchvision).");

    public static (int ExitCode, string Output) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
