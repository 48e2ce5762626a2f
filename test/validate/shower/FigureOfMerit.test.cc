#include "validate/shower/FigureOfMerit.hh"

#include <cmath>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "validate/statistics/ReferenceStatistics.hh"

namespace caloforge::validate {
namespace {

MeanShape shape(const core::Json& json) {
    MeanShape out;
    out.first = json.at("first");
    out.second = json.at("second");
    out.profiles = json.at("profiles");
    return out;
}

/// One bin of one plane per axis.
MeanShape simple(double moment, double energy) {
    MeanShape out;
    out.first.fill(moment);
    out.second.fill(moment);
    out.profiles.fill({energy});
    return out;
}

std::optional<FigureOfMerit> figure(const MeanShape& reference, const MeanShape& candidate) {
    return figure_of_merit(std::vector<MeanShape>{reference}, std::vector<MeanShape>{candidate});
}

TEST(FigureOfMerit, AgreesWithNumPy) {
    const core::Json expected = reference_statistics("figure_of_merit");
    std::vector<MeanShape> reference;
    std::vector<MeanShape> candidate;
    for (const core::Json& bin : expected.at("shapes")) {
        reference.push_back(shape(bin[0]));
        candidate.push_back(shape(bin[1]));
    }
    const FigureOfMerit out = figure_of_merit(reference, candidate).value();
    EXPECT_NEAR(out.position, expected.at("position"), 1e-14);
    EXPECT_NEAR(out.profile, expected.at("profile"), 1e-14);
    EXPECT_EQ(out.left_out, 0U);
}

TEST(FigureOfMerit, CountsMomentsOnceOrTwice) {
    const FigureOfMerit out = figure(simple(10, 2), simple(9, 2.4)).value();
    EXPECT_NEAR(out.position, 0.1, 1e-15);
    EXPECT_NEAR(out.profile, 0.2, 1e-15);
    EXPECT_NEAR(out.value(), 0.3, 1e-15);
    EXPECT_NEAR(out.moments_twice(), 0.4, 1e-15);
    const FigureOfMerit same = figure(simple(10, 2), simple(10, 2)).value();
    EXPECT_EQ(same.value(), 0);
}

TEST(FigureOfMerit, LeavesOutWhatTheReferenceDoesNotHave) {
    MeanShape reference = simple(10, 2);
    MeanShape candidate = simple(10, 2.4);
    reference.profiles[2] = {2, 0, 4};
    candidate.profiles[2] = {2, 1, 5};
    reference.second[0] = 0;
    const FigureOfMerit out = figure(reference, candidate).value();
    EXPECT_EQ(out.left_out, 2U);
    EXPECT_NEAR(out.profile, (0.2 + 0.2 + 0.125) / 3, 1e-15);
    EXPECT_EQ(out.position, 0);
    // A bin without reference showers does not count.
    const FigureOfMerit two = figure_of_merit(std::vector<MeanShape>{simple(10, 2), simple(0, 0)},
                                              std::vector<MeanShape>{simple(9, 2), simple(9, 2)})
                                  .value();
    EXPECT_NEAR(two.value(), 0.1, 1e-15);
}

TEST(FigureOfMerit, HasNoValueWithoutShowers) {
    EXPECT_FALSE(figure_of_merit({}, {}).has_value());
    EXPECT_FALSE(figure(simple(0, 0), simple(1, 1)).has_value());
    EXPECT_FALSE(figure(simple(10, 2), simple(NAN, 0)).has_value());
    EXPECT_THROW(figure_of_merit(std::vector<MeanShape>{simple(1, 1)}, {}), core::InputError);
    MeanShape longer = simple(1, 1);
    longer.profiles[0] = {1, 1};
    EXPECT_THROW(figure(simple(1, 1), longer), core::InputError);
}

}  // namespace
}  // namespace caloforge::validate
