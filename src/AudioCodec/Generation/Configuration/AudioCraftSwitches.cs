using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Generation.Configuration;

/// <summary>The settings of AudioCraft's generators that change the result and have one value here, that of all published text-to-sound and text-to-music models.</summary>
/// <remarks>Source: audiocraft/modules/transformer.py, models/lm.py, models/builders.py, modules/conditioners.py.</remarks>
internal static class AudioCraftSwitches
{
    private const string Off = "";

    /// <summary>Key and value; an absent key is told by the tensors, or has this value by default.</summary>
    private static readonly (string Key, string Value)[] s_switches =
    [
        ("lm_model", "transformer_lm"),
        ("transformer_lm.activation", "gelu"),
        ("transformer_lm.norm", "layer_norm"),
        ("transformer_lm.norm_first", "true"),
        ("transformer_lm.positional_embedding", "sin"),
        ("transformer_lm.positional_scale", "1"),
        ("transformer_lm.max_period", "10000"),
        ("transformer_lm.causal", "true"),
        ("transformer_lm.xpos", Off),
        ("transformer_lm.bias_ff", Off),
        ("transformer_lm.bias_attn", Off),
        ("transformer_lm.bias_proj", Off),
        ("transformer_lm.layer_scale", Off),
        ("transformer_lm.past_context", Off),
        ("transformer_lm.kv_repeat", "1"),
        ("transformer_lm.qk_layer_norm", Off),
        ("transformer_lm.qk_layer_norm_cross", Off),
        ("fuser.cross_attention_pos_emb", Off),
        ("fuser.sum", Off),
        ("fuser.prepend", Off),
        ("fuser.input_interpolate", Off),
        ("interleave_stereo_codebooks.per_timestep", Off),
        ("conditioners.description.t5.finetune", Off),
        ("conditioners.description.t5.normalize_text", Off),
    ];

    /// <summary>Throws where a setting has another value than the one that is implemented.</summary>
    /// <exception cref="ConfigException">It names the setting.</exception>
    public static void RefuseUnsupported(ConfigTree tree)
    {
        RefuseConditions(tree);
        foreach ((string key, string value) in s_switches)
        {
            if (tree.Describe(key) is { Length: > 0 } found && !Same(found, value))
            {
                throw tree.Fault(key, found, $"{(value.Length > 0 ? value : "nothing or false")}, since nothing else is implemented");
            }
        }
    }

    private static void RefuseConditions(ConfigTree tree)
    {
        // "args" are settings of all conditions.
        string[] conditions = [.. tree.FilledKeys("conditioners").Where(key => key != "args")];
        foreach (string other in conditions.Where(key => key != "description"))
        {
            string model = tree.Text($"conditioners.{other}.model") ?? "";
            string what = model switch
            {
                "chroma_stem" => "the melody of a recording",
                "style" => "the style of a recording",
                _ => $"'{Messages.Quote(other)}' ({Messages.Quote(model)})",
            };
            throw tree.Fault($"conditioners.{other}", model, $"no other condition than a text: this model is conditioned on {what}, which is not supported");
        }

        string kind = tree.Text("conditioners.description.model") ?? "nothing";
        if (kind != "t5")
        {
            throw tree.Fault("conditioners.description.model", kind, "t5");
        }

        string[] crossed = tree.Texts("fuser.cross");
        if (crossed is not ["description"])
        {
            throw tree.Fault("fuser.cross", string.Join(", ", crossed), "description, the text, alone");
        }
    }

    private static bool Same(string found, string value) =>
        value.Length == 0 ? found is "false" or "False" or "no" or "off" : string.Equals(found, value, StringComparison.OrdinalIgnoreCase) || found == value + ".0";
}
