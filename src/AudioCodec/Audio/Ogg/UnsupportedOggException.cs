namespace AudioCodec.Audio.Ogg;

/// <summary>The file may be good, but is of a kind that is not decoded here.</summary>
/// <param name="what">What it holds, as in "Speex".</param>
internal sealed class UnsupportedOggException(string what) : Exception(what);
