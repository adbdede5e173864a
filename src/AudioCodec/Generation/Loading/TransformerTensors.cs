using AudioCodec.Checkpoints;
using AudioCodec.Generation.Transformer;

namespace AudioCodec.Generation.Loading;

/// <summary>Brings the tensors of a generator's transformer under the names of <see cref="TokenModelTensors"/>; values are still read one tensor at a time.</summary>
internal static class TransformerTensors
{
    /// <summary>Name of the text's projection in the Hugging Face layout.</summary>
    private const string HuggingFaceProjection = "enc_to_dec_proj";

    private const string HuggingFaceLayers = "decoder.model.decoder.layers.";

    /// <summary>Names of a layer's parts there and here; the projections of q, k and v are packed.</summary>
    private static readonly (string HuggingFace, string Ours)[] s_layerParts =
    [
        ("self_attn_layer_norm.", "norm1."),
        ("encoder_attn_layer_norm.", "norm_cross."),
        ("final_layer_norm.", "norm2."),
        ("self_attn.out_proj.", "self_attn.out_proj."),
        ("encoder_attn.out_proj.", "cross_attention.out_proj."),
        ("fc1.", "linear1."),
        ("fc2.", "linear2."),
    ];

    /// <summary>Renames the tensors of an AudioCraft package.</summary>
    /// <remarks>With <c>custom</c> and <c>memory_efficient</c> off, torch's attention is used, whose names have a further <c>mha.</c></remarks>
    /// <exception cref="CheckpointException">Two tensors get the same name.</exception>
    public static StateDict FromAudioCraft(StateDict tensors)
    {
        var renamed = new Dictionary<string, CheckpointTensor>(StringComparer.Ordinal);
        foreach ((string name, CheckpointTensor tensor) in tensors.Tensors)
        {
            Add(renamed, name.Replace("_attn.mha.", "_attn.", StringComparison.Ordinal).Replace("cross_attention.mha.", "cross_attention.", StringComparison.Ordinal), tensor, tensors.Source);
        }

        return new StateDict(tensors.Source, renamed);
    }

    /// <summary>Renames and packs the tensors of a MusicGen model in the Hugging Face layout; positions, which are computed, are left out.</summary>
    /// <param name="tensors">All tensors of the checkpoint; those of the text encoder and of the codec are passed over.</param>
    /// <param name="config">Shape of the transformer.</param>
    /// <exception cref="CheckpointException">A projection is missing or has another shape.</exception>
    public static StateDict FromHuggingFace(StateDict tensors, TokenModelConfig config)
    {
        int width = config.Dimension;
        var renamed = new Dictionary<string, CheckpointTensor>(StringComparer.Ordinal);
        foreach ((string name, CheckpointTensor tensor) in tensors.Tensors)
        {
            if (FromHuggingFace(name) is string ours)
            {
                Add(renamed, ours, tensor, tensors.Source);
            }
        }

        foreach (int layer in Enumerable.Range(0, config.Layers))
        {
            foreach ((string there, string here) in new[] { ("self_attn", "self_attn"), ("encoder_attn", "cross_attention") })
            {
                CheckpointTensor[] parts = [.. new[] { "q", "k", "v" }.Select(part => tensors.Find($"{HuggingFaceLayers}{layer}.{there}.{part}_proj.weight", width, width))];
                renamed.Add($"transformer.layers.{layer}.{here}.in_proj_weight", new CheckpointTensor([3 * width, width], values => Concatenate(parts, values)));
            }
        }

        // transformers has no projection where the widths are equal.
        if (config.TextWidth == width && !tensors.Tensors.ContainsKey($"{HuggingFaceProjection}.weight"))
        {
            renamed.Add($"{TokenModelTensors.TextProjection}.weight", new CheckpointTensor([width, width], values => Identity(width, values)));
            renamed.Add($"{TokenModelTensors.TextProjection}.bias", new CheckpointTensor([width], new float[width]));
        }

        return new StateDict(tensors.Source, renamed);
    }

    /// <summary>The tensors whose names begin with a prefix, without it.</summary>
    public static StateDict Part(StateDict tensors, string prefix) => new(
        tensors.Source,
        tensors.Tensors.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal));

    /// <summary>Checks that a state dict holds exactly the tensors of a transformer.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape, or does not belong to the model.</exception>
    public static void Check(StateDict weights, TokenModelConfig config)
    {
        IReadOnlyList<(string Name, int[] Shape)> expected = TokenModelTensors.For(config);
        foreach ((string name, int[] shape) in expected)
        {
            weights.Find(name, shape);
        }

        if (weights.Tensors.Count > expected.Count)
        {
            string extra = weights.Tensors.Keys.Except(expected.Select(tensor => tensor.Name)).First();
            throw new CheckpointException(
                $"{weights.Source}: tensor '{Messages.Quote(extra)}' {Messages.Shape(weights.Tensors[extra].Shape)} does not belong to the transformer of its configuration. "
                + "It is of a variant that is not supported.",
                weights.Source,
                extra);
        }
    }

    private static string? FromHuggingFace(string name)
    {
        if (name.StartsWith(HuggingFaceLayers, StringComparison.Ordinal))
        {
            int end = name.IndexOf('.', HuggingFaceLayers.Length);
            string part = name[(end + 1)..];
            (string there, string here) = Array.Find(s_layerParts, names => part.StartsWith(names.HuggingFace, StringComparison.Ordinal));
            return end > 0 && there is not null ? $"transformer.layers.{name[HuggingFaceLayers.Length..end]}.{here}{part[there.Length..]}"
                : IsProjection(part) ? null
                : name;
        }

        return Replaced("decoder.model.decoder.embed_tokens.", "emb.") ?? Replaced("decoder.lm_heads.", "linears.") ?? Replaced("decoder.model.decoder.layer_norm.", "out_norm.")
            ?? Replaced($"{HuggingFaceProjection}.", $"{TokenModelTensors.TextProjection}.")
            ?? (name.StartsWith("text_encoder.", StringComparison.Ordinal) || name.StartsWith("audio_encoder.", StringComparison.Ordinal)
                || name.StartsWith("decoder.model.decoder.embed_positions.", StringComparison.Ordinal) ? null : name);

        string? Replaced(string there, string here) => name.StartsWith(there, StringComparison.Ordinal) ? here + name[there.Length..] : null;
    }

    private static bool IsProjection(string part) => part.Split('.') is ["self_attn" or "encoder_attn", "q_proj" or "k_proj" or "v_proj", "weight"];

    private static void Add(Dictionary<string, CheckpointTensor> tensors, string name, CheckpointTensor tensor, string source)
    {
        if (!tensors.TryAdd(name, tensor))
        {
            throw new CheckpointException($"{source}: two tensors are named '{Messages.Quote(name)}'.", source, name);
        }
    }

    private static void Concatenate(CheckpointTensor[] parts, Span<float> values)
    {
        for (int i = 0; i < parts.Length; i++)
        {
            int each = parts[i].Count;
            parts[i].CopyTo(values.Slice(i * each, each));
        }
    }

    private static void Identity(int width, Span<float> matrix)
    {
        matrix.Clear();
        for (int i = 0; i < width; i++)
        {
            matrix[(i * width) + i] = 1;
        }
    }
}
