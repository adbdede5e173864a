using AudioCodec.Checkpoints;

namespace AudioCodec.TestSupport;

/// <summary>Golden tensors of one safetensors fixture.</summary>
internal sealed class GoldenFile : IDisposable
{
    private readonly SafetensorsFile _file;

    private GoldenFile(SafetensorsFile file) => _file = file;

    /// <summary>Names of all tensors in the file.</summary>
    public IReadOnlyList<string> Names => _file.Names;

    /// <summary>Opens <c>tests/Fixtures/golden/{name}</c>; the extension may be left out.</summary>
    public static GoldenFile Open(string name) =>
        new(SafetensorsFile.Open(Fixtures.Path($"golden/{(name.EndsWith(".safetensors", StringComparison.Ordinal) ? name : name + ".safetensors")}")));

    /// <summary>Whether the file holds a tensor.</summary>
    public bool Contains(string name) => _file.Contains(name);

    /// <summary>Dimensions of a tensor.</summary>
    public int[] Shape(string name) => _file.Info(name).Shape;

    /// <summary>Values as floats, row-major.</summary>
    public float[] Floats(string name) => _file.ReadFloat32(name);

    /// <summary>Values of an integer tensor, row-major.</summary>
    public int[] Ints(string name) => _file.ReadInt32(name);

    /// <summary>
    /// Codes stored as [K, F] in the golden files, as the library has them: frame-major [F, K].
    /// </summary>
    public ushort[] FrameMajorCodes(string name)
    {
        int[] shape = Shape(name);
        int[] codes = Ints(name);
        var frames = new ushort[codes.Length];
        for (int k = 0; k < shape[0]; k++)
        {
            for (int f = 0; f < shape[1]; f++)
            {
                frames[(f * shape[0]) + k] = (ushort)codes[(k * shape[1]) + f];
            }
        }

        return frames;
    }

    /// <summary>All tensors as floats.</summary>
    public StateDict ToStateDict() => _file.ToStateDict();

    public void Dispose() => _file.Dispose();
}
