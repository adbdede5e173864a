using System.Text;

namespace AudioCodec.TestSupport;

/// <summary>Weights given by a formula of their name, so that full-size models can be checked without a checkpoint.</summary>
internal static partial class FormulaWeights
{
    /// <summary>u * scale + shift with u in [-1, 1) from FNV-1a of the name and splitmix64 of the index.</summary>
    public static float[] Tensor(string name, int count, float scale, float shift)
    {
        var values = new float[count];
        Fill(name, values, scale, shift);
        return values;
    }

    /// <summary>As <see cref="Tensor"/>, into memory that is there already.</summary>
    public static void Fill(string name, Span<float> values, float scale, float shift)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ b) * 0x100000001b3;
        }

        for (int i = 0; i < values.Length; i++)
        {
            ulong z = hash + ((ulong)(i + 1) * 0x9E3779B97F4A7C15);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            float u = (float)(((z >> 40) * (1.0 / (1 << 23))) - 1.0);
            float scaled = u * scale;
            values[i] = scaled + shift;
        }
    }
}
