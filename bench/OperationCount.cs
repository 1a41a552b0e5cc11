using System.Runtime.InteropServices;

namespace VicRegSweeps.Bench;

/// <summary>
/// Counts the operations of libtorch that compute, those of autograd's backward pass among them: what a GPU launches a kernel for. Views and
/// allocations are none, and of an operation that consists of others these are counted.
/// </summary>
/// <remarks>By the callbacks that libtorch's own profiler uses: at::addGlobalCallback of ATen/record_function.h, PyTorch 2.10.</remarks>
internal static unsafe class OperationCount
{
    private static readonly HashSet<string> Free =
    [
        "aten::alias", "aten::as_strided", "aten::detach", "aten::diagonal", "aten::empty", "aten::empty_like", "aten::empty_strided", "aten::expand",
        "aten::lift_fresh", "aten::narrow", "aten::new_empty", "aten::permute", "aten::reshape", "aten::resize_", "aten::result_type", "aten::select",
        "aten::slice", "aten::squeeze", "aten::t", "aten::transpose", "aten::unbind", "aten::unfold", "aten::unsqueeze", "aten::view",
        "aten::_reshape_alias", "aten::_unsafe_view", "aten::flatten", "aten::is_same_size", "aten::expand_as", "aten::resolve_conj", "aten::new_empty_strided",
        "aten::set_", "aten::_has_compatible_shallow_copy_type", "aten::output_nr", "aten::_version", "aten::requires_grad_", "aten::split", "aten::chunk",
    ];

    // These consist of others.
    private static readonly HashSet<string> Composed =
    [
        "aten::_to_copy", "aten::contiguous", "aten::isfinite", "aten::matmul", "aten::mean", "aten::ones_like", "aten::relu_", "aten::square", "aten::stack",
        "aten::to", "aten::zeros", "aten::zeros_like",
    ];

    private static readonly Dictionary<string, long> Counted = [];

    [ThreadStatic]
    private static Stack<Running>? Inside;

    private static delegate* unmanaged<nint, nint> NameOf;

    /// <returns>How often each operation ran, by its name, the most frequent first.</returns>
    public static IReadOnlyList<KeyValuePair<string, long>> Of(Action action)
    {
        var library = NativeLibrary.Load("libtorch_cpu.so");
        NameOf = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(library, "_ZNK2at14RecordFunction4nameEv");
        var add = (delegate* unmanaged<Callback, ulong>)NativeLibrary.GetExport(library, "_ZN2at17addGlobalCallbackENS_22RecordFunctionCallbackE");
        var remove = (delegate* unmanaged<ulong, void>)NativeLibrary.GetExport(library, "_ZN2at14removeCallbackEm");
        Counted.Clear();
        var handle = add(new Callback
        {
            Start = (nint)(delegate* unmanaged<nint*, nint, nint*>)&Start,
            End = (nint)(delegate* unmanaged<nint, nint, void>)&End,
            Share = 1,
            OfFunctions = 1,
        });
        action();
        remove(handle);
        return [.. Counted.OrderByDescending(c => c.Value)];
    }

    [UnmanagedCallersOnly]
    private static nint* Start(nint* context, nint function)
    {
        *context = 0;
        (Inside ??= new()).Push(new Running(Marshal.PtrToStringUTF8(NameOf(function))!));
        return context;
    }

    [UnmanagedCallersOnly]
    private static void End(nint function, nint context)
    {
        var (name, hasParts, isWrapper) = Inside!.Pop();
        var isFree = !name.StartsWith("aten::", StringComparison.Ordinal) || Free.Contains(name);    // Others are frames around operations.
        if (!isFree && !isWrapper && !(hasParts && Composed.Contains(name)))
        {
            lock (Counted) Counted[name] = Counted.GetValueOrDefault(name) + 1;
        }

        if (Inside.TryPop(out var outer))
            Inside.Push(outer with { HasParts = outer.HasParts || hasParts || !isFree, IsWrapper = outer.IsWrapper || outer.Name == name });
    }

    /// <summary>An operation that has begun.</summary>
    /// <param name="HasParts">Whether one ran within it that computes.</param>
    /// <param name="IsWrapper">Whether it did its work by another of its own name, as one with a number does by one with a tensor.</param>
    private readonly record struct Running(string Name, bool HasParts = false, bool IsWrapper = false);

    /// <summary>at::RecordFunctionCallback.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 48)]
    private struct Callback
    {
        public nint Start;
        public nint End;
        public double Share;

        /// <summary>The first of an array of truth values, one a scope; functions alone are counted.</summary>
        public byte OfFunctions;
    }
}
