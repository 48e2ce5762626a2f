# The report page as one file. Target caloforge_page, part of `all`: fetches the libraries that web/report/
# package-lock.json names (npm ci, no install scripts run) into the build folder and bundles the page from them. Both
# happen again only when their inputs change. Without Node.js everything but the page is built.
# Sets CALOFORGE_PAGE_FILE to the page, or to "" where it is not built.
option(CALOFORGE_PAGE "Build the report page (needs Node.js 18.3 or newer, npm and, the first time, a network)" ON)
set(CALOFORGE_PAGE_FILE "")
if(NOT CALOFORGE_PAGE)
    return()
endif()

find_program(CALOFORGE_NODE NAMES node nodejs)
find_program(CALOFORGE_NPM npm)
if(CALOFORGE_NODE)
    execute_process(COMMAND "${CALOFORGE_NODE}" --version OUTPUT_VARIABLE node_version
                    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    string(REGEX REPLACE "^v" "" node_version "${node_version}")
endif()
if(NOT CALOFORGE_NODE OR NOT CALOFORGE_NPM OR node_version VERSION_LESS 18.3)
    message(STATUS "The report page is left out (it needs Node.js 18.3 or newer and npm; found: node `${node_version}`, "
                   "npm `${CALOFORGE_NPM}`)")
    return()
endif()

set(page_source "${PROJECT_SOURCE_DIR}/web/report")
set(page_modules "${CMAKE_BINARY_DIR}/web/npm")
set(CALOFORGE_PAGE_FILE "${CMAKE_BINARY_DIR}/web/report.html")
file(GLOB_RECURSE page_parts CONFIGURE_DEPENDS "${page_source}/src/*" "${page_source}/styles/*")
file(MAKE_DIRECTORY "${page_modules}")
add_custom_command(
    OUTPUT "${page_modules}/fetched"
    COMMAND "${CMAKE_COMMAND}" -E copy "${page_source}/package.json" "${page_source}/package-lock.json" "${page_modules}"
    COMMAND "${CALOFORGE_NPM}" ci --ignore-scripts --no-audit --no-fund --loglevel=error
    COMMAND "${CMAKE_COMMAND}" -E touch "${page_modules}/fetched"
    DEPENDS "${page_source}/package.json" "${page_source}/package-lock.json"
    WORKING_DIRECTORY "${page_modules}"
    COMMENT "Fetching the report page's libraries (no network? Configure with -DCALOFORGE_PAGE=OFF)"
    VERBATIM)
add_custom_command(
    OUTPUT "${CALOFORGE_PAGE_FILE}"
    COMMAND "${CALOFORGE_NODE}" "${page_source}/build.mjs" --modules "${page_modules}/node_modules"
            --out "${CALOFORGE_PAGE_FILE}"
    DEPENDS "${page_modules}/fetched" "${page_source}/build.mjs" ${page_parts}
    COMMENT "Bundling the report page"
    VERBATIM)
add_custom_target(caloforge_page ALL DEPENDS "${CALOFORGE_PAGE_FILE}")

# OPTIONAL: the page may be left out by building single targets.
install(FILES "${CALOFORGE_PAGE_FILE}" DESTINATION "${CMAKE_INSTALL_DATADIR}/caloforge/web" OPTIONAL)
