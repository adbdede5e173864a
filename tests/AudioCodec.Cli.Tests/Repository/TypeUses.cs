using System.Reflection;
using System.Reflection.Emit;

namespace AudioCodec.Cli.Tests.Repository;

/// <summary>The types that a type uses: in its declaration, its members' signatures, and the code of its methods.</summary>
internal static class TypeUses
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> s_opCodes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>All types that <paramref name="type"/> uses, arrays and generic types taken apart.</summary>
    public static IReadOnlySet<Type> Of(Type type)
    {
        var uses = new HashSet<Type>();
        Add(uses, type.BaseType);
        foreach (Type used in type.GetInterfaces())
        {
            Add(uses, used);
        }

        foreach (FieldInfo field in type.GetFields(All))
        {
            Add(uses, field.FieldType);
        }

        foreach (MethodBase method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            AddMethod(uses, method);
        }

        return uses;
    }

    private static void AddMethod(HashSet<Type> uses, MethodBase method)
    {
        AddSignature(uses, method);
        if (method.GetMethodBody() is not MethodBody body)
        {
            return;
        }

        foreach (LocalVariableInfo local in body.LocalVariables)
        {
            Add(uses, local.LocalType);
        }

        foreach (ExceptionHandlingClause clause in body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause))
        {
            Add(uses, clause.CatchType);
        }

        foreach (MemberInfo member in MembersIn(method, body.GetILAsByteArray() ?? []))
        {
            Add(uses, member as Type ?? member.DeclaringType);
            switch (member)
            {
                case FieldInfo field:
                    Add(uses, field.FieldType);
                    break;
                case MethodBase called:
                    AddSignature(uses, called);
                    break;
            }
        }
    }

    private static void AddSignature(HashSet<Type> uses, MethodBase method)
    {
        Add(uses, (method as MethodInfo)?.ReturnType);
        foreach (ParameterInfo parameter in method.GetParameters())
        {
            Add(uses, parameter.ParameterType);
        }

        foreach (Type argument in method.IsGenericMethod ? method.GetGenericArguments() : [])
        {
            Add(uses, argument);
        }
    }

    /// <summary>Resolves the tokens of types, fields and methods among a method's instructions.</summary>
    private static IEnumerable<MemberInfo> MembersIn(MethodBase method, byte[] code)
    {
        Type[]? typeArguments = method.DeclaringType?.GetGenericArguments();
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int position = 0; position < code.Length;)
        {
            int value = code[position++];
            if (value == 0xFE)
            {
                value = (value << 8) | code[position++];
            }

            OpCode operation = s_opCodes[value];
            if (operation.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                int token = BitConverter.ToInt32(code, position);
                if (method.Module.ResolveMember(token, typeArguments, methodArguments) is MemberInfo member)
                {
                    yield return member;
                }
            }

            position += OperandBytes(operation.OperandType, code, position);
        }
    }

    private static int OperandBytes(OperandType type, byte[] code, int position) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, position)),
        _ => 4,
    };

    private static void Add(HashSet<Type> uses, Type? type)
    {
        if (type is null || type.IsGenericParameter)
        {
            return;
        }

        if (type.HasElementType)
        {
            Add(uses, type.GetElementType());
            return;
        }

        foreach (Type argument in type.GetGenericArguments())
        {
            Add(uses, argument);
        }

        uses.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
    }
}
