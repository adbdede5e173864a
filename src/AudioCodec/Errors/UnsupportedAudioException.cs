namespace AudioCodec;

/// <summary>The file may be good, but is of a kind that is not decoded here; ffmpeg may know it.</summary>
/// <param name="what">What it holds, as in "Speex".</param>
internal sealed class UnsupportedAudioException(string what) : Exception(what);
