using System.Text;

namespace AudioCodec.LibTorch.Generator;

/// <summary>Writes one exported C function for each operator that has a C++ expression.</summary>
internal static class CppWriter
{
    public static string Write(IEnumerable<Op> ops)
    {
        StringBuilder text = new();
        text.Append("// Generated from ops.txt: do not edit.\n#include \"shim.h\"\n\nusing namespace audiocodec;\n\n");
        foreach (Op op in ops.Where(o => o.Cpp is not null))
        {
            WriteOne(text, op);
        }

        return text.ToString();
    }

    private static void WriteOne(StringBuilder text, Op op)
    {
        List<string> parameters = op.IsInstance ? ["Handle self_"] : [];
        StringBuilder locals = new(op.IsInstance ? "    at::Tensor& self = ref(self_);\n" : "");
        foreach (Parameter p in op.Parameters)
        {
            Marshalling m = Marshalling.Of(op.Line, p.Type);
            parameters.AddRange(m.CAbi.Select(c => string.Format(null, c, p.Name)));
            if (m.Cpp.Length > 0)
            {
                locals.Append("    ").AppendFormat(null, m.Cpp, p.Name).Append('\n');
            }
        }

        bool array = op.Result == "Tensor[]" || op.Result.StartsWith('(');
        string returned = op.Result switch { "bool" or "long" => "int64_t", "double" => "double", "void" => "int64_t", _ when array => "HandleArray", _ => "Handle" };
        text.Append("AC_EXPORT ").Append(returned).Append(' ').Append(op.Symbol).Append('(').AppendJoin(", ", parameters).Append(")\n{\n");
        text.Append("  return guard<").Append(returned).Append(">([&] {\n").Append(locals);
        string body = op.Result switch
        {
            "void" => $"{op.Cpp}; return int64_t(0);",
            "bool" or "long" => $"return static_cast<int64_t>({op.Cpp});",
            "double" => $"return static_cast<double>({op.Cpp});",
            _ when array => $"return wrapAll({op.Cpp});",
            _ => $"return wrap({op.Cpp});",
        };
        text.Append("    ").Append(body).Append("\n  });\n}\n\n");
    }
}
