using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace AudioCodec.Cli.Tests.Repository;

/// <summary>The public members of an assembly as sorted lines: "declaring type: result name(type name = default, ...)". Nullability of references is left out.</summary>
internal static class Surface
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static SortedSet<string> Of(Assembly assembly, string root)
    {
        SortedSet<string> lines = new(StringComparer.Ordinal);
        foreach (Type type in assembly.GetTypes().Where(t => t.IsVisible && Belongs(t, root)))
        {
            string owner = Name(type);
            Add(lines, type, owner);

            // Members of a base outside the root belong to the type that derives from it.
            for (Type? inner = type.BaseType; inner is not null && inner.Assembly == assembly && !Belongs(inner, root); inner = inner.BaseType)
            {
                Inherit(lines, inner, owner);
            }
        }

        return lines;
    }

    private static bool Belongs(Type type, string root) => type.Namespace?.StartsWith(root, StringComparison.Ordinal) == true;

    private static void Add(SortedSet<string> lines, Type type, string owner)
    {
        foreach (MemberInfo member in type.GetMembers(All))
        {
            if (Line(member) is { } line)
            {
                lines.Add($"{owner}: {line}");
            }
        }
    }

    /// <summary>Lists a base's members, and those of the types nested in it, under the derived type's name.</summary>
    private static void Inherit(SortedSet<string> lines, Type inner, string owner)
    {
        Add(lines, inner, owner);
        foreach (Type nested in inner.GetNestedTypes())
        {
            Type closed = nested.IsGenericTypeDefinition ? nested.MakeGenericType(inner.GetGenericArguments()) : nested;
            Add(lines, closed, Name(closed));
        }
    }

    // Members that the compiler makes for records say nothing that `record` does not.
    private static string? Line(MemberInfo member) => member switch
    {
        MethodInfo { IsSpecialName: false } or ConstructorInfo when member.IsDefined(typeof(CompilerGeneratedAttribute)) => null,
        MethodInfo { Name: "op_Equality" or "op_Inequality" } when member.IsDefined(typeof(CompilerGeneratedAttribute)) => null,
        MethodInfo m when Visible(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)) && !Inherited(m) =>
            $"{Type(m.ReturnType, m.ReturnParameter)} {m.Name}{(m.IsGenericMethod ? $"<{string.Join(", ", m.GetGenericArguments().Select(a => a.Name))}>" : "")}({Parameters(m.GetParameters())})",
        ConstructorInfo c when Visible(c) && !c.IsStatic => $"new {Simple(c.DeclaringType!)}({Parameters(c.GetParameters())})",
        PropertyInfo p when p.GetAccessors(true).Any(Visible) =>
            $"{Type(p.PropertyType, p)} {p.Name}{(p.GetIndexParameters() is { Length: > 0 } i ? $"[{Parameters(i)}]" : "")} {{ {Accessor(p.GetMethod, "get; ")}{Accessor(p.SetMethod, "set; ")}}}",
        FieldInfo { IsSpecialName: false } f when f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly =>
            f.IsLiteral && f.DeclaringType!.IsEnum ? $"value {f.Name} = {System.Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture)}" : $"{Type(f.FieldType, f)} {f.Name}",
        _ => null,
    };

    private static bool Visible(MethodBase m) => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly;

    // An override adds nothing that the base does not say.
    private static bool Inherited(MethodInfo m) => m.GetBaseDefinition() != m;

    private static string Accessor(MethodInfo? accessor, string text) => accessor is not null && Visible(accessor) ? text : "";

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(p =>
        (p.IsDefined(typeof(ParamArrayAttribute)) ? "params " : p.IsOut ? "out " : "") + Type(p.ParameterType, p) + " " + p.Name + (p.HasDefaultValue ? " = " + Default(p) : "")));

    private static string Default(ParameterInfo p) => p.RawDefaultValue switch
    {
        null => p.ParameterType.IsValueType && Nullable.GetUnderlyingType(p.ParameterType) is null ? "default" : "null",
        bool b => b ? "true" : "false",
        string s => $"\"{s}\"",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        var other => other.ToString() ?? "",
    };

    private static string Type(Type type, ICustomAttributeProvider where)
    {
        string?[] names = where.GetCustomAttributes(typeof(TupleElementNamesAttribute), false).OfType<TupleElementNamesAttribute>().FirstOrDefault()?.TransformNames.ToArray() ?? [];
        int next = 0;
        return Name(type, names, ref next);
    }

    private static string Name(Type type)
    {
        int next = 0;
        return Name(type, [], ref next);
    }

    private static string Name(Type type, string?[] names, ref int next)
    {
        if (s_keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsByRef || type.IsArray)
        {
            return Name(type.GetElementType()!, names, ref next) + (type.IsByRef ? "&" : $"[{new string(',', type.GetArrayRank() - 1)}]");
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Name(inner, names, ref next) + "?";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true || (type.IsGenericType && type.GetGenericTypeDefinition().FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true))
        {
            return Tuple(type, names, ref next);
        }

        string prefix = type.DeclaringType is { } outer ? Simple(outer) + "." : "";
        for (Type? o = type.DeclaringType?.DeclaringType; o is not null; o = o.DeclaringType)
        {
            prefix = Simple(o) + "." + prefix;
        }

        Type[] arguments = type.GetGenericArguments();
        if (arguments.Length == 0)
        {
            return prefix + type.Name;
        }

        string[] parts = new string[arguments.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Name(arguments[i], names, ref next);
        }

        return $"{prefix}{Simple(type)}<{string.Join(", ", parts)}>";
    }

    private static string Tuple(Type type, string?[] names, ref int next)
    {
        Type[] arguments = type.GetGenericArguments();
        int first = next;
        next += arguments.Length;
        string[] parts = new string[arguments.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            string? name = first + i < names.Length ? names[first + i] : null;
            parts[i] = Name(arguments[i], names, ref next) + (name is null ? "" : " " + name);
        }

        return $"({string.Join(", ", parts)})";
    }

    private static string Simple(Type type) => type.Name.Split('`')[0];
}
