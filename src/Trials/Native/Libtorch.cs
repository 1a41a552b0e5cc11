using System.Diagnostics;
using System.Text.RegularExpressions;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Trials.Native;

/// <summary>A libtorch on this machine: the package's, or that of an installed PyTorch.</summary>
/// <param name="Folder">Where its libraries lie.</param>
/// <param name="Origin">Who named it, for messages.</param>
/// <param name="Version">Such as <c>2.11.0+cu130</c>; null where nothing beside the libraries says it.</param>
/// <param name="CudaVersion">What it was built for, such as <c>13.0</c>; null for the processor alone, and where nothing says it.</param>
/// <param name="HasCuda">Whether it can use GPUs.</param>
public sealed partial record Libtorch(string Folder, string Origin, string? Version, string? CudaVersion, bool HasCuda)
{
    /// <summary>The environment variable that names a libtorch: a folder, or <see cref="AskPython"/>.</summary>
    public const string Variable = "VICREG_LIBTORCH";

    /// <summary>In place of a folder: the PyTorch that <c>python3</c> would import.</summary>
    public const string AskPython = "python3";

    /// <summary>What TorchSharp's binding was built against. Another version may bind, and is tried out before it is trusted.</summary>
    public const string BuiltFor = "2.10";

    private const string Processor = "libtorch_cpu.so";
    private const string Cuda = "libtorch_cuda.so";
    private const string Binding = "libLibTorchSharp.so";

    // It finds PyTorch without importing it, which takes seconds. Python puts the current folder first on sys.path, and takes
    // PYTHONPATH's relative entries from there; so it runs in the root folder, and looks in no folder but named ones.
    private const string Root = "/";
    private const string Question =
        "import sys; sys.path = [p for p in sys.path if p.startswith('/') and p != '/']; "
        + "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s and s.submodule_search_locations else '')";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The path of TorchSharp's own library.</summary>
    public static string BindingPath { get; } = Path.Combine(
        new[] { Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"), AppContext.BaseDirectory }
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, Binding))) ?? AppContext.BaseDirectory,
        Binding);

    /// <summary>The folder of a libtorch that .NET finds by itself, as the CUDA packages put theirs; null where there is none.</summary>
    public static string? BesideBinding { get; } = Path.GetDirectoryName(BindingPath) is { } folder && File.Exists(Path.Combine(folder, Processor)) ? folder : null;

    /// <summary>Whether it came with the program.</summary>
    public bool IsPackage { get; private init; }

    /// <summary>Whether it is of the version that TorchSharp was built against, or the package's.</summary>
    public bool IsBuiltFor => IsPackage || Version?.StartsWith(BuiltFor + ".", StringComparison.Ordinal) == true;

    /// <summary>The one that came with the program; null where it was left out of a publication.</summary>
    public static Libtorch? OfPackage() => new[] { BesideBinding, Path.Combine(AppContext.BaseDirectory, "libtorch") }
        .OfType<string>().Where(folder => File.Exists(Path.Combine(folder, Processor)))
        .Select(folder => new Libtorch(folder, "the package", BuiltFor, null, File.Exists(Path.Combine(folder, Cuda))) { IsPackage = true })
        .FirstOrDefault();

    /// <summary>Why the libtorch that came with the program is not there, as a sentence; null where none came, or where it is there.</summary>
    public static string? PackageObstacle()
    {
        var folder = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "libtorch"));
        if (folder.LinkTarget is null && !folder.Exists) return null;

        return Path.Combine(folder.LinkTarget ?? folder.FullName, Processor) is var library && Unreadable(library) is { } why
            ? $"The libtorch that belongs to the program, '{library}', cannot be read: {why}. It came with the package when the program was built. Build the program where you can read the packages, or name another libtorch with --libtorch."
            : null;
    }

    /// <summary>What a user named.</summary>
    /// <param name="word">The folder of the libraries, of a PyTorch or of an unpacked libtorch; or <see cref="AskPython"/>.</param>
    /// <exception cref="SweepException">There is no libtorch there, or one that cannot work.</exception>
    public static Libtorch Named(string word)
    {
        if (word == AskPython) return OfPython()?.Checked() ?? throw new SweepException($"--libtorch is '{word}', but python3 has no PyTorch; install PyTorch {BuiltFor}, or leave --libtorch out.");

        var folder = Holding(word) ?? throw new SweepException(
            $"--libtorch is '{word}', but there is no {Processor} in that folder or in lib/ below it{(IsClosed(word) ? ". You have no permission to look into the folder" : "")}.");
        return At(folder, "--libtorch").Checked();
    }

    /// <summary>The PyTorch that <c>python3</c> would import; null where there is none. It is not checked.</summary>
    public static Libtorch? OfPython()
    {
        if (Programs.Find(AskPython) is not { } program) return null;

        try
        {
            var start = new ProcessStartInfo(program, ["-c", Question]) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["PYTHONSAFEPATH"] = "1";    // From Python 3.11 on: as -P, before a line of the question is run.
            using var python = Process.Start(start)!;
            var answer = python.StandardOutput.ReadToEndAsync();
            _ = python.StandardError.ReadToEndAsync();
            if (!python.WaitForExit(Patience))
            {
                python.Kill();
                return null;
            }

            var package = answer.GetAwaiter().GetResult().Trim();
            return Path.IsPathFullyQualified(package) ? At(Holding(package) ?? package, AskPython) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;    // It cannot be started.
        }
    }

    /// <summary>Itself, if it can work as far as its files tell.</summary>
    /// <exception cref="SweepException">It has no libraries, or is of a version that cannot work.</exception>
    public Libtorch Checked() => Refusal() is { } refusal ? throw new SweepException(refusal) : this;

    /// <summary>Why it cannot work, as a sentence; null where it may.</summary>
    public string? Refusal()
    {
        if (Version is not null && !IsBuiltFor && Numbers(Version) is var numbers && numbers.CompareTo(Numbers(BuiltFor)) < 0)
            return $"{this} is too old: TorchSharp was built against libtorch {BuiltFor}. Install PyTorch {BuiltFor} (pip install torch=={BuiltFor}.0), or leave --libtorch out.";

        return File.Exists(Path.Combine(Folder, Processor)) ? null : $"{this} does not bring {Processor}; use a PyTorch that does, as those from pip do, or leave --libtorch out.";
    }

    /// <summary>The libraries to load by path, each before those that need it.</summary>
    public IEnumerable<string> Libraries() => new[] { "libc10.so", Processor, "libc10_cuda.so", Cuda, "libtorch.so" }
        .Select(name => Path.Combine(Folder, name)).Where(File.Exists);

    public override string ToString() => $"libtorch {Version ?? "of unknown version"} in {Folder} (from {Origin})";

    private static Libtorch At(string folder, string origin)
    {
        var beside = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? folder;
        var (version, cuda) = new[] { folder, beside }.Select(VersionIn).FirstOrDefault(v => v.Version is not null);
        return new Libtorch(folder, origin, version, cuda, File.Exists(Path.Combine(folder, Cuda)));
    }

    /// <summary>PyTorch says its version in <c>version.py</c>, an unpacked libtorch in <c>build-version</c>.</summary>
    private static (string? Version, string? Cuda) VersionIn(string folder)
    {
        try
        {
            if (File.Exists(Path.Combine(folder, "version.py")))
            {
                var text = File.ReadAllText(Path.Combine(folder, "version.py"));
                return (Value(VersionLine(), text), Value(CudaLine(), text));
            }

            return (File.Exists(Path.Combine(folder, "build-version")) ? File.ReadAllText(Path.Combine(folder, "build-version")).Trim() : null, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, null);
        }
    }

    /// <summary>Why a file cannot be read, as the end of a sentence; null where it can.</summary>
    private static string? Unreadable(string file)
    {
        try
        {
            File.OpenHandle(file).Dispose();
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return "you have no permission";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "it is not there any more";
        }
        catch (IOException e)
        {
            return e.Message.TrimEnd('.');
        }
    }

    /// <summary>Whether this user may not look into a folder, so that nothing in it is found.</summary>
    private static bool IsClosed(string folder)
    {
        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string? Value(Regex line, string text) => line.Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    private static string? Holding(string folder) => new[] { folder, Path.Combine(folder, "lib"), Path.Combine(folder, "torch", "lib") }
        .Select(Path.GetFullPath).FirstOrDefault(f => File.Exists(Path.Combine(f, Processor)));

    private static (int Major, int Minor) Numbers(string version)
    {
        var parts = version.Split('.', '+');
        return (int.TryParse(parts[0], out var major) ? major : 0, parts.Length > 1 && int.TryParse(parts[1], out var minor) ? minor : 0);
    }

    [GeneratedRegex("^__version__ *= *['\"]([^'\"]+)", RegexOptions.Multiline)]
    private static partial Regex VersionLine();

    [GeneratedRegex("^cuda\\b[^=\n]*= *['\"]([^'\"]+)", RegexOptions.Multiline)]
    private static partial Regex CudaLine();
}
