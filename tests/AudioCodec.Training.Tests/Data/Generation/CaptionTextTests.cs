using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data.Generation;

namespace AudioCodec.Training.Tests.Data.Generation;

public sealed class CaptionTextTests
{
    [Theory]
    [InlineData("A dog is barking loudly.", "dog bark loudly")]
    [InlineData("Two people talk, and then 3 horses run by!", "people talk horse run")]
    [InlineData("waves break on the shore", "wave break shore")]
    [InlineData("wood burning and crackling", "wood burn crackle")]
    [InlineData("the", "the")]
    [InlineData("", "")]
    [InlineData("Ein Hund bellt über 20 m", "ein hund bellt über m")]
    public void Process_Everything_LeavesWhatIsHeard(string caption, string expected) =>
        Assert.Equal(expected, CaptionText.Process(caption, new CaptionSettings()));

    [Theory]
    [InlineData(true, false, false, "dogs are barking in a park")]
    [InlineData(false, true, false, "2 dogs barking park")]
    [InlineData(false, false, true, "2 dog are bark in a park")]
    [InlineData(false, false, false, "2 dogs are barking in a park")]
    public void Process_EachOption_DoesItsOwn(bool numbers, bool stopWords, bool lemmas, string expected) =>
        Assert.Equal(expected, CaptionText.Process("2 dogs are barking in a park", new CaptionSettings { DropNumbers = numbers, DropStopWords = stopWords, Lemmatize = lemmas }));

    [Theory]
    [InlineData("barks bark waves wave crashes crash boxes box cries cry glasses glass buses bus horses horse noises noise leaves leaf children child")]
    [InlineData("barking bark running run humming hum dripping drip driving drive scraping scrape firing fire ringing ring flying fly crying cry hissing hiss falling fall")]
    [InlineData("crackling crackle whistling whistle rustling rustle rumbling rumble sizzling sizzle breathing breathe squeezing squeeze sneezing sneeze")]
    [InlineData("hammering hammer opening open thundering thunder snoring snore roaring roar splashing splash typing type moving move dancing dance")]
    [InlineData("cried cry barked bark stopped stop muted mute recorded record closed close banged bang rang ring flew fly heard hear")]
    [InlineData("string string morning morning glass glass bus bus red red speed speed gas gas thing thing is is piano piano")]
    public void Of_Words_GivesBaseForms(string pairs)
    {
        foreach (string[] pair in pairs.Split(' ').Chunk(2))
        {
            Assert.Equal(pair[1], EnglishLemma.Of(pair[0]));
        }
    }
}
