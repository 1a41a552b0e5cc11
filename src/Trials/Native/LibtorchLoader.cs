using System.Runtime.InteropServices;
using TorchSharp;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials.Native;

/// <summary>Loads a libtorch under TorchSharp's binding.</summary>
internal static partial class LibtorchLoader
{
    // A stranger's symbols are bound at once, so that one that is missing is a sentence here and not the end of the process
    // later. The package's are known to be there, and are bound when they are called, which starts a tenth of a second sooner.
    private const int BindLater = 1;
    private const int BindNow = 2;
    private const int ForAll = 0x100;

    /// <summary>
    /// Loads its libraries and then the binding, all by path. The binding takes the libraries that are there under the names that
    /// it asks for, and so does TorchSharp's own search later, which finds none of these names by itself.
    /// </summary>
    /// <exception cref="SweepException">A library does not load, or the binding does not fit.</exception>
    public static void Load(Libtorch libtorch)
    {
        if (Libtorch.BesideBinding is { } beside && beside != libtorch.Folder)
            throw new SweepException(
                $"{libtorch} cannot be used in a program that was built with Libtorch=cuda and brings its own; build with Libtorch=cpu, or leave --libtorch out.");

        _ = LastError();    // Finding this function would itself overwrite the error, so it is found before there is one.
        var binding = libtorch.IsPackage ? BindLater : BindNow;
        foreach (var path in libtorch.Libraries().Append(Libtorch.BindingPath))
        {
            if (Open(path, binding | ForAll) != 0) continue;

            var error = Marshal.PtrToStringUTF8(LastError()) ?? path;
            throw new SweepException(!NativeRuntime.HasNeededSymbols() ? NativeRuntime.OldLibrary
                : libtorch.IsPackage ? $"libtorch could not be loaded: {error}."
                : $"{libtorch} cannot be used: {error}. TorchSharp was built against libtorch {Libtorch.BuiltFor}; install PyTorch {Libtorch.BuiltFor}, or leave --libtorch out.");
        }
    }

    /// <summary>
    /// Compares a few results with what they are known to be: another version may bind and yet keep its numbers at other
    /// places of a tensor than the binding was compiled for.
    /// </summary>
    /// <exception cref="SweepException">One is wrong.</exception>
    public static void TryOut(Libtorch libtorch)
    {
        using var scope = torch.NewDisposeScope();
        var a = torch.tensor(new[] { 1f, 2, 3, 4, 5, 6 }).reshape(2, 3);
        var product = a.matmul(a.t());
        var weight = torch.tensor(new[] { 2.0, -1 }, requires_grad: true);
        (weight * weight).sum().backward();
        var isRight = a.shape.SequenceEqual([2L, 3L])
            && a.t().stride().SequenceEqual([1L, 3L])
            && a.dtype == torch.ScalarType.Float32
            && product.data<float>().ToArray().SequenceEqual([14f, 32, 32, 77])
            && weight.grad!.data<double>().ToArray().SequenceEqual([4.0, -2])
            && product.to(torch.bfloat16).sum().to(torch.float64).item<double>() == 155;
        if (!isRight)
            throw new SweepException(
                $"{libtorch} computes wrong results under TorchSharp, which was built against {Libtorch.BuiltFor}; install PyTorch {Libtorch.BuiltFor}, or leave --libtorch out.");
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    private static partial nint LastError();
}
