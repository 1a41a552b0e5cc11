using System.Reflection;
using System.Runtime.Loader;
using TorchSharp;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Tests.Predictors;
using VicRegSweeps.Trials.Tests.Stacks;

namespace VicRegSweeps.Trials.Tests.Native;

/// <summary>
/// TorchSharp makes scalars and lets go of them before libtorch has read them. What does so is on a list that the compiler keeps to; here
/// is shown that the list is whole, by the code of the very TorchSharp that is used, and that nothing got round the compiler.
/// </summary>
public sealed class BannedSymbolsTests
{
    private static readonly BannedSymbols Banned = new();

    [Fact]
    public void All_of_TorchSharp_that_makes_scalars_is_banned()
    {
        var making = MakingScalars();
        Assert.True(making.Count > 300, $"Only {making.Count} methods were found.");
        Assert.Contains("M:TorchSharp.torch.Tensor.square", making.Select(BannedSymbols.IdOf));
        Assert.Contains("M:TorchSharp.torch.Tensor.add_(TorchSharp.torch.Tensor)", making.Select(BannedSymbols.IdOf));
        Assert.Equal([], making.Where(method => IsVisible(method) && !Banned.Contain(method)).Select(BannedSymbols.IdOf));
    }

    /// <summary>The analyzer of the list does not look at <c>x += y</c>; the compiled code holds its call as any other.</summary>
    [Fact]
    public void No_project_calls_what_is_banned()
    {
        // Programs alone have all that they need beside them; whatever is built of the solution is one or is part of one.
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var assemblies = folder.Parent!.Parent!.GetDirectories()
            .Select(project => new DirectoryInfo(Path.Combine(project.FullName, folder.Name)))
            .Where(built => built.Exists && built.GetFiles("*.runtimeconfig.json").Length > 0)
            .SelectMany(built => new Program(built).Own())
            .ToArray();
        Assert.Contains(typeof(VicRegRunner).Assembly.FullName, assemblies.Select(assembly => assembly.FullName));
        Assert.Contains(typeof(BannedSymbolsTests).Assembly.FullName, assemblies.Select(assembly => assembly.FullName));

        var calls = assemblies.SelectMany(MethodCalls.MethodsOf)
            .SelectMany(method => MethodCalls.Of(method).Where(Banned.Contain).Select(called => $"{Outermost(method.DeclaringType!).Name}: {called}"))
            .ToLookup(call => call[..call.IndexOf(':')]);
        Assert.NotEmpty(calls[nameof(TensorArithmetic)]);
        string[] allowed = [nameof(TensorArithmetic), nameof(Number), nameof(PlainTrial), nameof(PlainPredictor), "ArticleTrial", "PlainEncoder"]; // The last four hold finalizers.
        Assert.Equal([], calls.Where(type => !allowed.Contains(type.Key)).SelectMany(type => type).Distinct());
    }

    /// <summary>What makes a scalar, what calls that, and what gives out a layer, an optimizer or a distribution that does.</summary>
    private static HashSet<MethodBase> MakingScalars()
    {
        var all = MethodCalls.MethodsOf(typeof(torch).Assembly).ToArray();
        var callers = all.SelectMany(method => MethodCalls.Of(method).Select(called => (method, called))).ToLookup(c => c.called, c => c.method);
        var making = new HashSet<MethodBase>();
        var next = new Queue<MethodBase>(all.Where(m => m is ConstructorInfo && m.DeclaringType!.FullName == "TorchSharp.Scalar"));
        while (next.TryDequeue(out var method))
        {
            foreach (var caller in callers[method].Where(making.Add))
            {
                next.Enqueue(caller);
            }
        }

        var types = making.Where(m => !m.IsStatic && m.DeclaringType!.Namespace == "TorchSharp.Modules").Select(m => m.DeclaringType!).ToHashSet();
        making.UnionWith(all.OfType<MethodInfo>().Where(m => m.IsStatic && types.Any(type => type.IsAssignableFrom(m.ReturnType))));
        return making;
    }

    private static bool IsVisible(MethodBase method)
    {
        for (var type = method.DeclaringType; type is not null; type = type.DeclaringType)
        {
            if (!type.IsPublic && !type.IsNestedPublic)
            {
                return false;
            }
        }

        return method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;
    }

    /// <summary>Reads a program's assemblies, each program's apart: they may have been built at different times.</summary>
    private sealed class Program(DirectoryInfo folder) : AssemblyLoadContext
    {
        public IEnumerable<Assembly> Own() => folder.GetFiles("VicRegSweeps.*.dll").Select(file => LoadFromAssemblyPath(file.FullName));

        protected override Assembly? Load(AssemblyName assemblyName) =>
            Path.Combine(folder.FullName, $"{assemblyName.Name}.dll") is var path && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
