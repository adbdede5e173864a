using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Generation.Loading;

/// <summary>Names for models whose files do not state one.</summary>
internal static class ModelName
{
    /// <summary>A folder's name, if a model can have it, or <see langword="null"/>.</summary>
    public static string? Of(string folder)
    {
        try
        {
            ConfigRule.RequireName("name", folder);
            return folder;
        }
        catch (ConfigException)
        {
            return null;
        }
    }
}
