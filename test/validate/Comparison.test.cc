// Samples that are no showers: what a comparison knows of them it learns from their observables.
#include "validate/Comparison.hh"

#include <cmath>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Random.hh"
#include "validate/statistics/UnitCheck.hh"

namespace caloforge::validate {
namespace {

using testing::HasSubstr;

constexpr std::size_t ticks = 8;

/// Waves of eight ticks, each with a phase between -3 and 3.
class Waves : public SampleSet {
  public:
    struct Make {
        std::size_t count = 1000;
        std::uint64_t seed = 1;
        double height = 1;
        double noise = 0.1;
        double low = -3;
        double high = 3;
    };
    explicit Waves(const Make& make) : samples_(make.count) {
        const auto heights = samples_.add({"wave", {ticks}, "V"});
        const auto phases = samples_.add({"phase", {1}, "rad"});
        for (std::size_t i = 0; i < make.count; ++i) {
            std::vector<float> normal(ticks);
            core::RandomStream(make.seed, i, 1).normal(normal);
            phases[i] = static_cast<float>(make.low + (make.high - make.low) *
                                                          core::RandomStream(make.seed, i, 2).uniform_at(0));
            for (std::size_t t = 0; t < ticks; ++t)
                heights[i * ticks + t] = static_cast<float>(
                    make.height * std::sin(phases[i] + static_cast<double>(t)) + make.noise * normal[t]);
        }
    }

    std::size_t size() const override { return samples_.rows(); }
    std::size_t bytes_per_sample() const override { return sizeof(float) * ticks; }
    void for_each_batch(std::size_t batch_size, const Visit& visit) const override {
        for (std::size_t first = 0; first < size(); first += batch_size)
            visit(samples_.view().part(first, std::min(batch_size, size() - first)), first);
    }
    core::Json json() const override { return {{"ticks", ticks}}; }
    void forget_phases() { samples_.remove("phase"); }

  private:
    sample::Columns samples_;
};

/// Two of a wave, and one of each of its ticks.
class WaveObservables : public Observables {
  public:
    WaveObservables() : Observables(list_of()) {}
    void fill(const sample::Row& sample, std::span<float> row) const override {
        const auto wave = sample["wave"];
        row[0] = 0;
        row[1] = 0;
        for (std::size_t t = 0; t < ticks; ++t) {
            row[0] = std::max(row[0], wave[t]);
            row[1] += static_cast<float>(wave[t] > 0);
            row[2 + t] = wave[t];
        }
    }

  private:
    static ObservableList list_of() {
        ObservableList list({{"peak", "highest value [V]"}, {"ticks_above", "ticks above zero", true}},
                            {{.name = "height", .label = "height [V]", .place = "tick", .size = ticks}});
        list.word = {"wave", "waves"};
        return list;
    }
};

CompareOptions by_phase() {
    CompareOptions options;
    options.binning = {.field = "phase",
                       .label = "phase",
                       .symbol = "φ",
                       .unit = "rad",
                       .positive = false,
                       .edges = {-3, 0, 3}};
    return options;
}

Comparison compare(const Waves& reference, const Waves& candidate,
                   const CompareOptions& options = by_phase()) {
    return {reference, candidate, WaveObservables(), options};
}

const Metric& find(const Comparison& comparison, const std::string& name, const std::string& range = "-3:3") {
    for (const Metric& metric : comparison.metrics()) {
        if (metric.name == name && metric.range == range) return metric;
    }
    ADD_FAILURE() << "no metric " << name << " for " << range;
    static const Metric none;
    return none;
}

TEST(Comparison, OfSamplesOfOneKindIsQuiet) {
    const Comparison comparison = compare(Waves({}), Waves({.seed = 2}));
    for (const char* name :
         {"separation_peak", "wasserstein_ticks_above", "wasserstein_height", "correlation_mad"})
        EXPECT_FALSE(find(comparison, name).beyond_floor()) << name;
    EXPECT_GT(*find(comparison, "ks_p_peak").value, 0.001);
    EXPECT_EQ(comparison.range().label(), "-3:3");
}

TEST(Comparison, FindsWhatDiffersInWhichRange) {
    const Comparison comparison = compare(Waves({}), Waves({.seed = 2, .height = 1.1}));
    for (const char* range : {"-3:3", "-3:0", "0:3"}) {
        EXPECT_TRUE(find(comparison, "wasserstein_peak", range).beyond_floor()) << range;
        EXPECT_FALSE(find(comparison, "wasserstein_ticks_above", range).beyond_floor()) << range;
    }
}

TEST(Comparison, SpeaksOfTheSamplesByTheirNames) {
    const Comparison comparison = compare(Waves({}), Waves({.count = 300, .seed = 2}));
    const core::Json json = comparison.json();
    EXPECT_EQ(json["binning"].dump(), R"({"field":"phase","label":"phase","unit":"rad"})");
    EXPECT_EQ(json["candidate"]["waves_compared"], 300);
    EXPECT_EQ(json["candidate"]["ticks"], ticks);
    EXPECT_EQ(json["metrics"][0]["phase"], "-3:3");
    EXPECT_FALSE(json["metrics"][0].contains("energy"));
    EXPECT_EQ(json.dump().find("shower"), std::string::npos);
    EXPECT_THAT(comparison.table(), HasSubstr("phase [rad]"));
    EXPECT_THAT(comparison.table(), HasSubstr("waves"));
    EXPECT_THAT(find(comparison, "fpd").reason, HasSubstr("waves"));
    // Of each range two distributions and the means against the ticks.
    ASSERT_EQ(comparison.drawings().size(), 3U * 3);
    EXPECT_EQ(comparison.drawings()[0].x_label, "tick");
    EXPECT_EQ(comparison.drawings()[1].y_label, "share of the waves");
    EXPECT_EQ(comparison.correlations()[0].names, (std::vector<std::string>{"phase", "peak", "ticks_above"}));
    // A classifier may see their observables; of cells nothing is known.
    EXPECT_NE(comparison.find("auc_observables"), nullptr);
    EXPECT_EQ(comparison.find("auc_cells"), nullptr);
}

TEST(Comparison, IsTheSameForAnyNumberOfThreadsAndBatchSize) {
    const Waves first({}), second({.seed = 2, .height = 1.1});
    CompareOptions options = by_phase();
    options.threads = 1;
    const std::string one = compare(first, second, options).json().dump();
    options.threads = 3;
    options.batch_size = 37;
    EXPECT_EQ(compare(first, second, options).json().dump(), one);
}

TEST(Comparison, IsRestrictedToTheValuesThatBothHave) {
    const Waves wide({}), narrow({.seed = 2, .low = 0.5, .high = 1.5});
    testing::internal::CaptureStderr();
    const Comparison comparison = compare(wide, narrow);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("the phase ranges differ"));
    EXPECT_EQ(comparison.metrics().front().n_candidate, 1000U);
    EXPECT_LT(comparison.metrics().front().n_reference, 250U);
}

TEST(Comparison, NamesWhatCannotBeCompared) {
    const auto message = [](const Waves& reference, const Waves& candidate) {
        return test::message_of<core::InputError>([&] { compare(reference, candidate); });
    };
    const Waves low({.high = -1}), high({.low = 1});
    EXPECT_THAT(message(low, high), HasSubstr("share no phase"));
    Waves without({});
    without.forget_phases();
    EXPECT_THAT(message(without, high), HasSubstr("no single `phase` for each wave"));
    const Waves undefined({.low = std::nan("")});
    EXPECT_THAT(message(undefined, high), HasSubstr("wave 0 of reference has no phase"));
    const Waves volts({.low = 1, .high = 2}), other({.low = 1000, .high = 2000});
    EXPECT_THROW(compare(volts, other), UnitError);
}

}  // namespace
}  // namespace caloforge::validate
