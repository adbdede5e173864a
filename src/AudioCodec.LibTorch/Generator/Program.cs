using AudioCodec.LibTorch.Generator;

// usage: generator <ops.txt> <output folder>: writes Ops.g.cs and ops.g.cpp, each only when its content changes.
if (args.Length != 2)
{
    Console.Error.WriteLine("usage: generator <ops.txt> <output folder>");
    return 2;
}

try
{
    List<Op> ops = OpList.Parse(File.ReadAllLines(args[0]));
    Directory.CreateDirectory(args[1]);
    WriteIfChanged(Path.Combine(args[1], "Ops.g.cs"), CSharpWriter.Write(ops));
    WriteIfChanged(Path.Combine(args[1], "ops.g.cpp"), CppWriter.Write(ops));
    return 0;
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{args[0]}{e.Message}");
    return 1;
}

// Unchanged files keep their time, so that neither the compiler nor CMake runs again.
static void WriteIfChanged(string path, string text)
{
    if (!File.Exists(path) || File.ReadAllText(path) != text)
    {
        File.WriteAllText(path, text);
    }
}
