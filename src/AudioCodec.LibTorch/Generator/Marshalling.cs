namespace AudioCodec.LibTorch.Generator;

/// <summary>How one C# parameter type crosses the C ABI.</summary>
/// <param name="Abi">C# types of the native parameters; <c>{0}</c> in names is the parameter's name.</param>
/// <param name="Pass">C# arguments.</param>
/// <param name="Pin">C# <c>fixed</c> declaration around the call, or null.</param>
/// <param name="Keep">What must stay alive during the call, or null.</param>
/// <param name="CAbi">C parameters.</param>
/// <param name="Cpp">C++ declaration that gives the expression its variable.</param>
internal sealed record Marshalling(string[] Abi, string[] Pass, string? Pin, string? Keep, string[] CAbi, string Cpp)
{
    /// <summary>The rule for a type.</summary>
    /// <exception cref="FormatException">The type is not known.</exception>
    public static Marshalling Of(int line, string type) => type switch
    {
        "Tensor" => new(["IntPtr"], ["{0}.Handle"], null, "{0}", ["Handle {0}_"], "const at::Tensor& {0} = ref({0}_);"),
        "Tensor?" => new(["IntPtr"], ["{0} is null ? IntPtr.Zero : {0}.Handle"], null, "{0}", ["Handle {0}_"],
            "const optional<at::Tensor> {0} = opt({0}_);"),
        "Scalar" => new(["ScalarValue"], ["{0}.Value"], null, null, ["AcScalar {0}_"], "const at::Scalar {0} = toScalar({0}_);"),
        "Scalar?" => new(["ScalarValue"], ["{0} is null ? default : {0}.Value"], null, null, ["AcScalar {0}_"],
            "const optional<at::Scalar> {0} = optScalar({0}_);"),
        "long" or "int" => new(["long"], ["{0}"], null, null, ["int64_t {0}"], ""),
        "double" or "float" => new(["double"], ["{0}"], null, null, ["double {0}"], ""),
        "bool" => new(["byte"], ["{0} ? (byte)1 : (byte)0"], null, null, ["uint8_t {0}_"], "const bool {0} = {0}_ != 0;"),
        "bool?" => new(["sbyte"], ["{0} is null ? (sbyte)-1 : {0}.Value ? (sbyte)1 : (sbyte)0"], null, null, ["int8_t {0}_"],
            "const optional<bool> {0} = optBool({0}_);"),
        "long?" or "int?" => new(["long", "byte"], ["{0} ?? 0", "{0} is null ? (byte)0 : (byte)1"], null, null,
            ["int64_t {0}_", "uint8_t {0}_has"], "const optional<int64_t> {0} = optValue<int64_t>({0}_, {0}_has);"),
        "double?" => new(["double", "byte"], ["{0} ?? 0", "{0} is null ? (byte)0 : (byte)1"], null, null,
            ["double {0}_", "uint8_t {0}_has"], "const optional<double> {0} = optValue<double>({0}_, {0}_has);"),
        "long[]" or "ReadOnlySpan<long>" => new(["long*", "int"], ["{0}_p", "{0}.Length"], "long* {0}_p = {0}", null,
            ["const int64_t* {0}_", "int {0}_n"], "const at::IntArrayRef {0} = ints({0}_, {0}_n);"),
        "long[]?" => new(["long*", "int"], ["{0}_p", "{0} is null ? -1 : {0}.Length"], "long* {0}_p = {0}", null,
            ["const int64_t* {0}_", "int {0}_n"], "const at::OptionalIntArrayRef {0} = optInts({0}_, {0}_n);"),
        "ScalarType" => new(["sbyte"], ["(sbyte){0}"], null, null, ["int8_t {0}_"],
            "const at::ScalarType {0} = static_cast<at::ScalarType>({0}_);"),
        "ScalarType?" => new(["sbyte"], ["(sbyte)({0} ?? (ScalarType)(-1))"], null, null, ["int8_t {0}_"],
            "const optional<at::ScalarType> {0} = optType({0}_);"),
        "Device" => new(["int", "int"], ["(int){0}.type", "{0}.index"], null, null, ["int {0}_", "int {0}_i"],
            "const at::Device {0} = device({0}_, {0}_i);"),
        "Device?" => new(["int", "int"], ["{0} is null ? -1 : (int){0}.type", "{0} is null ? -1 : {0}.index"], null, null,
            ["int {0}_", "int {0}_i"], "const optional<at::Device> {0} = optDevice({0}_, {0}_i);"),
        "IList<Tensor>" or "IEnumerable<Tensor>" or "Tensor[]" or "ReadOnlySpan<Tensor>" => new(["IntPtr*", "int"], ["{0}_p", "{0}_h.Length"],
            "IntPtr* {0}_p = {0}_h", "{0}_k", ["const Handle* {0}_", "int {0}_n"], "const std::vector<at::Tensor> {0} = list({0}_, {0}_n);"),
        "Generator?" => new(["IntPtr"], ["{0} is null ? IntPtr.Zero : {0}.Handle"], null, "{0}", ["void* {0}_"],
            "const optional<at::Generator> {0} = optGenerator({0}_);"),
        "string" => new(["string"], ["{0}"], null, null, ["const char* {0}"], ""),
        // Dimension names are part of the signature only: named tensors are not supported, and asking for them is refused.
        "string[]?" => new([], [], null, null, [], ""),
        // Enumerations travel as numbers; the C++ expression says what they mean.
        "RoundingMode" or "Padding" or "Reduction" or "PaddingModes" or "FFTNormType" or "GELU.Approximate" =>
            new(["long"], ["(long){0}"], null, null, ["int64_t {0}"], ""),
        _ => throw new FormatException($"({line}): no marshalling rule for type '{type}'"),
    };
}
