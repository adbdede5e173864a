using FsCheck;
using FsCheck.Fluent;

namespace AudioCodec.Tests;

/// <summary>Checks a law on generated cases, in every run the same ones. A case that breaks it is made smaller and printed.</summary>
internal static class Law
{
    private const int Seed = 20250101;

    /// <summary>Checks a law on single cases.</summary>
    public static void Holds<T>(Gen<T> generator, int cases, Action<T> law) => Check(Arb.From(generator), cases, largest: 100, law);

    /// <summary>Checks a law on rows of up to <paramref name="longest"/> elements; a row that breaks it is shortened.</summary>
    public static void HoldsForRows<T>(Gen<T> generator, int cases, int longest, Action<T[]> law) => Check(Arb.From(generator).Array(), cases, longest, law);

    private static void Check<T>(Arbitrary<T> arbitrary, int cases, int largest, Action<T> law) =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(cases).WithStartSize(0).WithEndSize(largest).WithQuietOnSuccess(true).WithReplay(Seed, 1),
            Prop.ForAll(arbitrary, law));
}
