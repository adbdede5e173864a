namespace AudioCodec.LibTorch.Generator;

/// <summary>One parameter of a public method: its C# type, name and, where there is one, its default as written.</summary>
/// <param name="Type">The C# type without <c>params</c>.</param>
/// <param name="Name">The name without <c>@</c>.</param>
/// <param name="Default">The default's C# text, or null.</param>
/// <param name="IsParams">Whether it is a <c>params</c> array.</param>
internal sealed record Parameter(string Type, string Name, string? Default, bool IsParams);

/// <summary>One public method of the binding, made from one line of the list.</summary>
/// <param name="Line">Line number in the list, for messages.</param>
/// <param name="Owner">Where the method lives: <c>Tensor</c> (an instance method), <c>torch</c>, <c>functional</c>, <c>fft</c>, <c>special</c> or
/// <c>native</c> (an internal static that hand-written code wraps).</param>
/// <param name="Name">The method's name.</param>
/// <param name="Parameters">Its parameters in order, without the receiver.</param>
/// <param name="Result">The C# result type.</param>
/// <param name="Cpp">The C++ expression, or null for a method written over other methods.</param>
/// <param name="CSharp">The C# expression of such a method, or null.</param>
internal sealed record Op(
    int Line, string Owner, string Name, IReadOnlyList<Parameter> Parameters, string Result, string? Cpp, string? CSharp)
{
    /// <summary>The exported C function; set when all lines are known, since overloads are numbered.</summary>
    public string Symbol { get; set; } = "";

    /// <summary>Whether the method has a receiver.</summary>
    public bool IsInstance => Owner == "Tensor";
}
