# How every module and every test of Caloforge is declared: a folder is a library, its files are found by name.

# caloforge_module(NAME [FOLDER folder] DEPENDS lib... PRIVATE lib...): static library caloforge_NAME from the .cc files
# of src/NAME, or of src/FOLDER.
function(caloforge_module name)
    cmake_parse_arguments(ARG "" "FOLDER" "DEPENDS;PRIVATE" ${ARGN})
    if(NOT ARG_FOLDER)
        set(ARG_FOLDER ${name})
    endif()
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${ARG_FOLDER}/*.cc")
    add_library(caloforge_${name} STATIC ${sources})
    add_library(caloforge::${name} ALIAS caloforge_${name})
    target_include_directories(caloforge_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
    target_compile_features(caloforge_${name} PUBLIC cxx_std_20)
    target_compile_options(caloforge_${name} PRIVATE ${CALOFORGE_WARNINGS})
    target_link_libraries(caloforge_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE})
endfunction()

# caloforge_test(NAME [FOLDER folder] DEPENDS lib...): GoogleTest program test_NAME from the .test.cc files of test/NAME,
# or of test/FOLDER, registered with ctest.
function(caloforge_test name)
    cmake_parse_arguments(ARG "" "FOLDER" "DEPENDS" ${ARGN})
    if(NOT ARG_FOLDER)
        set(ARG_FOLDER ${name})
    endif()
    if(NOT CALOFORGE_TESTS)
        return()
    endif()
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/test/${ARG_FOLDER}/*.test.cc")
    if(NOT sources)
        return()
    endif()
    add_executable(test_${name} ${sources})
    target_include_directories(test_${name} PRIVATE "${PROJECT_SOURCE_DIR}/test")
    target_compile_options(test_${name} PRIVATE ${CALOFORGE_WARNINGS})
    target_compile_definitions(test_${name} PRIVATE CALOFORGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(test_${name} PRIVATE ${ARG_DEPENDS} GTest::gtest GTest::gmock GTest::gtest_main)
    gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT 900)
endfunction()
