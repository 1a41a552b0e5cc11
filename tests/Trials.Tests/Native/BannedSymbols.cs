using System.Reflection;

namespace VicRegSweeps.Trials.Tests.Native;

/// <summary>The list of what the compiler refuses, as it reads it: members, types with all that is in them, and namespaces.</summary>
internal sealed class BannedSymbols
{
    private readonly HashSet<string> ids =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "BannedSymbols.txt"))
            .Where(line => !line.StartsWith("//", StringComparison.Ordinal))
            .Select(line => line[..line.IndexOf(';')]),
    ];

    public bool Contain(MethodBase method)
    {
        for (var type = method.DeclaringType; type is not null; type = type.DeclaringType)
        {
            if (ids.Contains($"T:{NameOf(type)}"))
            {
                return true;
            }
        }

        return ids.Contains($"N:{method.DeclaringType!.Namespace}") || ids.Contains(IdOf(method));
    }

    /// <summary>As documentation comments name it (C# standard, annex D.4.2).</summary>
    public static string IdOf(MethodBase method)
    {
        var parameters = method.GetParameters().Select(p => NameOf(p.ParameterType)).ToArray();
        var name = method.Name.Replace('.', '#');
        var generic = method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";
        var result = method is MethodInfo { Name: "op_Implicit" or "op_Explicit" } conversion ? $"~{NameOf(conversion.ReturnType)}" : "";
        return $"M:{NameOf(method.DeclaringType!)}.{name}{generic}{(parameters.Length == 0 ? "" : $"({string.Join(',', parameters)})")}{result}";
    }

    private static string NameOf(Type type)
    {
        if (type.HasElementType)
        {
            return NameOf(type.GetElementType()!) + (type.IsArray ? "[]" : type.IsByRef ? "@" : "*");
        }

        if (type.IsGenericParameter)
        {
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        }

        var name = type.DeclaringType is { } outer ? $"{NameOf(outer)}.{type.Name}" : $"{type.Namespace}.{type.Name}";
        return type is { IsGenericType: true, IsGenericTypeDefinition: false } && name.LastIndexOf('`') is > 0 and var end
            ? $"{name[..end]}{{{string.Join(',', type.GetGenericArguments().Select(NameOf))}}}"
            : name;
    }
}
