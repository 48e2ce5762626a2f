#include "montecarlo/Material.hh"

#include <gmock/gmock.h>

#include "Materials.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/Ionisation.hh"

namespace caloforge::montecarlo {
namespace {

using namespace test;

// PDG review 2022, table 6.1 and the atomic and nuclear properties of materials: radiation lengths, g/cm2.
TEST(Material, RadiationLengthsArePdgs) {
    const struct {
        geometry::Material material;
        double x0;
    } known[] = {
        {tungsten(), 6.76},
        {lead(), 6.37},
        {silicon(), 21.82},
        {usual("iron"), 13.84},
        {usual("copper"), 12.86},
        {usual("aluminium"), 24.01},
        {usual("graphite"), 42.70},
        {usual("liquid-argon"), 19.55},
        {usual("lead-tungstate"), 7.39},
        {usual("polystyrene"), 43.79},
        {usual("air"), 36.62},
    };
    for (const auto& [material, x0] : known) {
        const double found = Material(material).radiation_length() / units::cm * material.density;
        EXPECT_NEAR(found / x0, 1, 0.02) << material.name;
    }
}

// The energy at which an electron loses as much to ionisation per radiation length as it has (Rossi's
// definition): PDG, atomic and nuclear properties of materials, MeV.
TEST(Material, IonisationMeetsPdgsCriticalEnergies) {
    const struct {
        geometry::Material material;
        double critical;
    } known[] = {{tungsten(), 7.97},     {lead(), 7.43},           {silicon(), 40.19},
                 {usual("iron"), 21.68}, {usual("copper"), 19.42}, {usual("aluminium"), 42.70}};
    for (const auto& [description, critical] : known) {
        const Material material(description);
        const double energy = critical * units::MeV;
        const double loss = Ionisation(material).restricted_loss(energy, energy, Charge::electron);
        EXPECT_NEAR(loss * material.radiation_length() / energy, 1, 0.03) << description.name;
    }
}

TEST(Material, DensityEffectOfUnknownMaterialsIsNearTheTables) {
    // The same silicon, once by the table and once, a little denser, by the general formula.
    const Material table(silicon());
    const Material general(of("other silicon", 2.40, {{"Si", 1}}));
    for (const double x : {1.0, 2.0, 3.0, 4.0})
        EXPECT_NEAR(general.density_effect()(x), table.density_effect()(x), 0.35) << x;
}

TEST(Material, UnknownElementsAreNamed) {
    EXPECT_THAT(caloforge::test::message_of<core::InputError>([] {
                    Material(of("x", 1, {{"Xy", 1}}));
                }),
                testing::HasSubstr("Xy"));
}

}  // namespace
}  // namespace caloforge::montecarlo
